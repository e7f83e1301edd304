"""How many generated cases the laws of the heart are tried on: a few here, more on the build machines."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "desk", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("build", parent=settings.get_profile("desk"), max_examples=600, derandomize=False)
settings.load_profile("build" if os.environ.get("REFERLOOP_MANY_EXAMPLES") else "desk")
