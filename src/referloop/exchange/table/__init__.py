"""Referrals in spreadsheets: CSV and XLSX."""
