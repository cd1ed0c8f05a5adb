"""Sounds of the invented languages: syllables, trades, legal forms and endings from which names are built.

Belongs here: word material only. Does not belong here: how the words are joined (see `names`). Each word is
a triple: usual Latin spelling, a second transliteration, and the spelling in the script of its country (the
Latin one again where that is the script).
"""

from __future__ import annotations

from dataclasses import dataclass

Word = tuple[str, str, str]


@dataclass(frozen=True)
class Flavour:
    """One language's word material; `form_first`: the legal form precedes the name (OOO Drozhanka)."""

    syllables: tuple[Word, ...]
    sectors: tuple[Word, ...]
    forms: tuple[Word, ...]  # legal form, another way to write it, native script
    surname_endings: tuple[Word, ...]
    town_endings: tuple[str, ...]
    form_first: bool = False


def _latin(text: str) -> tuple[Word, ...]:
    return tuple((word, word, word) for word in (part.replace("_", " ") for part in text.split()))


def _forms(text: str) -> tuple[Word, ...]:
    pairs = (part.replace("_", " ").split("|") for part in text.split())
    return tuple((one, two, one) for one, two in pairs)


def _triples(text: str) -> tuple[Word, ...]:
    rows = (part.replace("_", " ").split("|") for part in text.split())
    return tuple((a, b, c) for a, b, c in rows)


_SECTORS_GERMANIC = _latin(
    "Feinmechanik Elektronik Werkzeugbau Messtechnik Anlagenbau Optik Chemie Turbinen Systemtechnik Handel"
)
_SECTORS_FRENCH = _latin(
    "Électronique Mécanique Optique Industries Chimie Instruments Aéronautique Négoce Systèmes Technologies"
)
_SECTORS_ENGLISH = _latin(
    "Instruments Photonics Engineering Trading Systems Components Controls Aerospace Chemicals Logistics"
)

FLAVOURS: dict[str, Flavour] = {
    "arvenian": Flavour(
        _latin(
            "ar ven mor lie tau gri sel dov kan hal bru fen öst rüd wei lor mit ner pol gam häu sti tro bel"
            " lud ker nau vis hom dra"
        ),
        _SECTORS_GERMANIC,
        _forms("GmbH|Ges.m.b.H. AG|Aktiengesellschaft KG|Kommanditges. GmbH_&_Co._KG|GmbH+Co.KG"),
        _latin("er mann ick ner ssen"),
        ("hausen", "berg", "au", "feld", "stett"),
    ),
    "belmarker": Flavour(
        _latin(
            "bel mar cou ran vil lé pon sau mé ter gui cha lor bri ve nou dru fay cler jou mon tre pré vau"
            " bois her sé lan thi ro"
        ),
        _SECTORS_FRENCH,
        _forms("SARL|S.à_r.l. SA|S.A. SAS|S.A.S. SNC|S.N.C."),
        _latin("eau ier ault in ot"),
        ("ville", "mont", "court", "y-sur-Lenne", "ac"),
    ),
    "germanic": Flavour(
        _latin(
            "ol gun bry skar lind ake tor vej hem sko nor fjel grø dal mun kle wit hol ste ver bos rij zand"
            " kamp lun ås eik hav sør møl"
        ),
        _SECTORS_GERMANIC,
        _forms("AG|Aktiengesellschaft GmbH|G.m.b.H. BV|B.V. AB|Aktiebolag"),
        _latin("sen son stra man gaard"),
        ("haven", "dorp", "by", "stad", "wijk"),
    ),
    "english": Flavour(
        _latin(
            "ash brim cor dun el fal gar hol ing kel lock mar nes orm pen quill rud sher thorn ul vane wex"
            " yar crow den har lyn mel tam wick"
        ),
        _SECTORS_ENGLISH,
        _forms("Ltd|Limited PLC|Public_Limited_Company LLC|L.L.C. Inc.|Incorporated Pte_Ltd|Private_Limited"),
        _latin("ley ton ford well combe"),
        ("ham", "bury", "mouth", "wick", "bridge"),
    ),
    "romance": Flavour(
        _latin("al ba ca dor es fa gal her isa jo la mon na or pe qui ro sal ta ur val za cer ño mi ra té lu có"),
        _latin("Industrial Electrónica Óptica Comercial Sistemas Química Mecánica Aero Técnica Naval"),
        _forms("S.A.|SA S.L.|SL S.r.l.|Srl Ltda.|Limitada"),
        _latin("ez ini ado ero ante"),
        ("ona", "illa", "anza", "era", "eto"),
    ),
    "cyrillic": Flavour(
        _triples(
            "dro|dro|дро zha|ža|жа bel|bel|бел shche|šče|ще gor|gor|гор ky|ki|кы vo|wo|во lyu|lju|лю"
            " mi|mi|ми tsa|ca|ца chu|ču|чу ya|ja|я nov|now|нов ras|ras|рас tikh|tich|тих pro|pro|про"
            " kha|ha|ха sto|sto|сто yar|jar|яр ve|we|ве ru|ru|ру dni|dni|дни pol|pol|пол shu|šu|шу"
            " yev|jew|ев kra|kra|кра zor|zor|зор ul|ul|ул"
        ),
        _triples(
            "Tekhnika|Technika|Техника Pribor|Pribor|Прибор Eksport|Export|Экспорт Optika|Optika|Оптика"
            " Mashina|Mašina|Машина Khimiya|Chimija|Химия Elektronika|Elektronika|Электроника"
            " Torg|Torg|Торг"
        ),
        _triples("OOO|LLC|ООО AO|JSC|АО ZAO|CJSC|ЗАО"),
        _triples("ov|ow|ов sky|skij|ский enko|jenko|енко in|in|ин"),
        ("grad", "sk", "ovo", "ino"),
        form_first=True,
    ),
    "greek": Flavour(
        _triples(
            "the|te|θε los|los|λος my|mi|μυ ra|ra|ρα ky|ki|κυ chry|hri|χρυ sa|sa|σα gei|gi|γει pla|pla|πλα"
            " nai|ne|ναι dro|dro|δρο mel|mel|μελ pho|fo|φο ri|ri|ρι ta|ta|τα xe|kse|ξε no|no|νο li|li|λι"
            " ou|u|ου psa|psa|ψα ker|ker|κερ vo|vo|βο"
        ),
        _triples(
            "Michaniki|Mihaniki|Μηχανική Emporiki|Emporiki|Εμπορική Optiki|Optiki|Οπτική"
            " Naftiliaki|Nautiliaki|Ναυτιλιακή Technologia|Tehnologia|Τεχνολογία"
        ),
        _triples("A.E.|S.A.|Α.Ε. E.P.E.|Ltd|Ε.Π.Ε."),
        _triples("opoulos|opulos|όπουλος idis|ides|ίδης akis|akis|άκης"),
        ("polis", "ia", "ero", "onas"),
    ),
    "arabic": Flavour(
        _triples(
            "sha|cha|شا rif|rif|ريف mah|meh|مه dar|dar|دار qas|kas|قاص im|eem|يم naj|nadj|ناج wa|oua|وا"
            " dhi|di|ضي har|har|هار ith|ith|يث far|far|فار uq|ouk|وق bal|bal|بال sur|sour|سور kha|ka|خا"
            " lid|leed|ليد taw|taou|تاو jab|djab|جاب ran|ran|ران"
        ),
        _triples(
            "Trading|Trading|للتجارة Industries|Industries|للصناعات Technology|Technologie|للتكنولوجيا"
            " Marine|Maritime|البحرية Supplies|Supplies|للتوريدات"
        ),
        _triples("LLC|L.L.C.|ش.م.م Co.|Company|شركة FZE|F.Z.E.|م.م.ح"),
        _triples("i|y|ي an|ane|ان awi|aoui|اوي"),
        ("abad", "iyah", "ar", "ein"),
    ),
    "eastern": Flavour(
        _latin(
            "hao shin ken dai mi tsu ro zhen lung wei ko ya sun hwa jin thai min pha ngo kim seo bao fuj ota"
            " ren tai yun hoa kyo sho"
        ),
        _latin("Precision Semicon Heavy_Industry Technology Optical Trading Chemical Machinery Electric Shipping"),
        _forms("Co.,_Ltd.|Company_Limited Corp.|Corporation KK|K.K. Bhd|Berhad"),
        _latin("moto da guchi yan hara"),
        ("shan", "kawa", "cheon", "buri", "zaki"),
    ),
}
