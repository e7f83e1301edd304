"""The words of a referral spreadsheet: our fields, and what other people call them in a header."""

import re
import unicodedata
from typing import Literal, get_args

Field = Literal[
    "placer_number", "mrn", "mrn_authority", "family_name", "given_name", "birth_date", "sex", "phone",
    "email", "address", "postal_code", "language", "service", "diagnosis_codes", "diagnosis_text", "question",
    "urgency", "see_by", "requester_name", "requester_npi", "requester_organisation", "performer_name",
    "performer_npi", "performer_organisation", "payer", "member_id", "group", "authorization_number",
    "sent_at", "note",
]  # fmt: skip

FIELDS: tuple[Field, ...] = get_args(Field)
DATES: frozenset[Field] = frozenset({"birth_date", "see_by", "sent_at"})
REPEATABLE: frozenset[Field] = frozenset({"phone", "diagnosis_codes", "authorization_number", "note"})

SYNONYMS: dict[Field, str] = {
    "placer_number": "referral number|referral no|referral id|referral|order number|placer order number"
    "|request number|external referral id|referral ref",
    "mrn": "medical record number|medical record no|patient id|patient number|chart number|chart no"
    "|patient mrn|hospital number|record number",
    "mrn_authority": "mrn system|assigning authority|mrn assigned by|patient id system|facility mrn system",
    "family_name": "last name|surname|lastname|patient last name|patient surname|patient family name|last",
    "given_name": "first name|firstname|forename|given names|given|patient first name|patient given name"
    "|first",
    "birth_date": "dob|date of birth|birthdate|patient dob|d o b|birthday|patient date of birth|born",
    "sex": "gender|patient sex|patient gender|administrative sex|birth sex",
    "phone": "telephone|phone number|patient phone|mobile|cell|cell phone|home phone|tel|contact number"
    "|telephone number|mobile phone|work phone",
    "email": "e mail|email address|patient email|mail",
    "address": "street address|home address|patient address|address line|address line 1|street",
    "postal_code": "zip|zip code|zipcode|postcode|postal|post code",
    "language": "preferred language|patient language|lang|spoken language",
    "service": "specialty|speciality|referred to specialty|service requested|requested service|referral type"
    "|department|refer to service|referral specialty",
    "diagnosis_codes": "diagnosis code|icd 10|icd10|icd|dx code|dx codes|icd code|icd codes|icd 10 code|dx"
    "|icd 10 codes|diagnosis code 1|diagnosis code 2",
    "diagnosis_text": "diagnosis|diagnosis description|dx description|condition|diagnoses",
    "question": "reason|reason for referral|referral reason|clinical question|question reason|indication",
    "urgency": "priority|referral priority|urgent|urgency level",
    "see_by": "see by date|due date|needed by|target date|appointment needed by|be seen by",
    "requester_name": "referring provider|referring physician|referred by|referring clinician|requester"
    "|referring doctor|referring|ordering provider|ordering physician",
    "requester_npi": "referring npi|referring provider npi|referring physician npi|ordering npi",
    "requester_organisation": "referring organisation|referring organization|referring practice"
    "|referring facility|referring clinic|requester organization|referring site",
    "performer_name": "referred to|referred to provider|specialist|receiving provider|consultant|performer"
    "|referral to|refer to|receiving clinician",
    "performer_npi": "referred to npi|specialist npi|receiving npi|referred to provider npi",
    "performer_organisation": "referred to organisation|referred to organization|receiving organisation"
    "|receiving organization|receiving facility|performer organization|referred to practice",
    "payer": "insurance|insurer|payor|insurance name|plan|health plan|primary insurance|insurance company",
    "member_id": "member number|subscriber id|insurance id|policy number|member|insurance number|memberid",
    "group": "group number|group no|group id|insurance group",
    "authorization_number": "authorization|auth number|auth no|authorisation number|prior auth number"
    "|prior authorization number|authorization no|auth",
    "sent_at": "sent|sent on|referral date|date of referral|sent date|order date|created|created at|date sent"
    "|date referred|referred on",
    "note": "notes|comment|comments|remarks|additional notes",
}


def plain(header: str) -> str:
    """A header cell as compared: case, punctuation and spacing do not count (`D.O.B.` is `d o b`)."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded))


_KNOWN: dict[str, Field] = {
    plain(word): field for field in FIELDS for word in (field, *SYNONYMS[field].split("|"))
}


def field_of(header: str) -> Field | None:
    """The field a header cell most likely means, or None."""
    return _KNOWN.get(plain(header))


def letters(index: int) -> str:
    """A column's name in a spreadsheet program: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
