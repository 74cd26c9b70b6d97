"""The names under which job mail knows a town, and how a pattern spells them.

GeoNames gives one main name (`Munich`, `Köln`, `Frankfurt am Main`, `Biel/Bienne`) and a heap of
others in all languages, unmarked; taken whole, the heap makes `Minga` a town. So a town gets its
main name, both halves of a double one, the short form without `am Main` where it is the largest
town of that short name, and those of `SAME` that the heap confirms.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.places.gazetteer import Town

_SHORT: Final = re.compile(r" (?:am|an|im|in|bei|ob|vor|unter|upon|on|under) .*| \(.*")

SAME: Final = (
    "Munich München|Cologne Köln|Nuremberg Nürnberg|Hanover Hannover|Vienna Wien|"
    "Geneva Genève Genf|Zürich Zurich|Basel Basle|Bern Berne|Lucerne Luzern|"
    "Sankt_Gallen St._Gallen|Brussels Bruxelles Brussel|Antwerp Antwerpen|"
    "Ghent Gent|Bruges Brugge|Leuven Louvain|"
    "The_Hague Den_Haag|'s-Hertogenbosch Den_Bosch|Copenhagen København|Gothenburg Göteborg|"
    "Prague Praha|Brno Brünn|Warsaw Warszawa|Cracow Krakow Kraków|Wroclaw Wrocław|Gdansk Gdańsk|"
    "Lisbon Lisboa|Porto Oporto|Seville Sevilla|Zaragoza Saragossa|Palma Palma_de_Mallorca|"
    "A_Coruña La_Coruña|Milan Milano|Rome Roma|Turin Torino|Venice Venezia|Florence Firenze|"
    "Naples Napoli|Genoa Genova|Padua Padova|Athens Athina|Bucharest București|Kyiv Kiev|"
    "Strasbourg Straßburg|Lyon Lyons|Marseille Marseilles|Bengaluru Bangalore|Mumbai Bombay|"
    "Chennai Madras|Kolkata Calcutta|Gurgaon Gurugram|Mysuru Mysore|Pune Poona|Kochi Cochin|"
    "Vadodara Baroda|Mexico_City Ciudad_de_México|"
    "St_Albans St._Albans|Kingston_upon_Hull Hull|Braunschweig Brunswick"
)
"""Names of one town in English and in the country's own language."""


@functools.lru_cache(maxsize=1)
def _same() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in SAME.split("|"):
        names = tuple(name.replace("_", " ") for name in group.split())
        found.update(dict.fromkeys(names, names))
    return found


def names(town: Town) -> tuple[str, ...]:
    """The names of a town but the short ones, the main one first; none for numbered districts."""
    if town.country == "US":
        return (town.name,)
    if any(char.isdigit() for char in town.name):
        return ()  # the town itself is another record
    halves = [half.strip() for half in town.name.split("/")]
    more = (one for half in halves for one in _same().get(half, ()) if one in town.others)
    return tuple(dict.fromkeys((*halves, *more)))


def short_names(towns: Iterable[Town]) -> dict[str, Town]:
    """Short forms, each with the largest of the towns that bear it: `Frankfurt`, `Newcastle`."""
    found: dict[str, Town] = {}
    for town in towns:
        short = _SHORT.sub("", town.name)
        if short != town.name and short not in town.others:
            continue
        if short not in found or found[short].people < town.people:
            found[short] = town
    return {short: town for short, town in found.items() if town.name != short}
