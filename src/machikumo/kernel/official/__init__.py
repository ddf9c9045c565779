"""Official tables as shipped under data/: municipalities, prefectures, wards and towns (指針1, 指針4).

For every room that needs a real code, name or place: one typed door to the files, read once and kept.
It checks the check digit of every code that it hands out and says in Japanese what is wrong with a file.
It knows no organisation, tenant or person, and it holds nothing that was not published.
It never guesses: an unknown code, a wrong check digit or a missing file is an error.
"""

from machikumo.kernel.official.codes import (
    LocalGovernmentCodeError,
    is_local_government_code,
    local_government_check_digit,
    local_government_code,
)
from machikumo.kernel.official.files import OfficialDataError, data_folder, records
from machikumo.kernel.official.places import Town, towns_of
from machikumo.kernel.official.tables import (
    Municipality,
    MunicipalityKind,
    Prefecture,
    UnknownCode,
    Ward,
    english_names,
    municipalities,
    municipality,
    prefecture_of,
    prefectures,
    wards_of,
)

__all__ = [
    "LocalGovernmentCodeError",
    "Municipality",
    "MunicipalityKind",
    "OfficialDataError",
    "Prefecture",
    "Town",
    "UnknownCode",
    "Ward",
    "data_folder",
    "english_names",
    "is_local_government_code",
    "local_government_check_digit",
    "local_government_code",
    "municipalities",
    "municipality",
    "prefecture_of",
    "prefectures",
    "records",
    "towns_of",
    "wards_of",
]
