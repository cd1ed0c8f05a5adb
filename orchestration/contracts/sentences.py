"""The sentences of rules that follow from fields, in the languages other than English.

Here: one sentence a kind of rule and language. Not here: the English ones, which stand where the rules are made
(rules.py, repairs.py), and sentences of a contract's own rules, which stand in its file of texts (texts.py).
"""

from orchestration.contracts.model import Contract, Field, Rule

# By language and kind; a type rule is looked up as type:<type>, a repair as repair:<repair>.
SENTENCES: dict[str, dict[str, str]] = {
    "de": {
        "present": "„{column}“ muss ausgefüllt sein.",
        "type:integer": "„{column}“ muss eine ganze Zahl sein.",
        "type:decimal": "„{column}“ muss eine Zahl mit dem Dezimalzeichen „{decimal}“ und höchstens {scale} "
        "Nachkommastellen sein.",
        "type:date": "„{column}“ muss ein Datum sein, geschrieben als {forms}.",
        "type:timestamp": "„{column}“ muss Tag und Uhrzeit nennen, geschrieben als {forms}.",
        "type:boolean": "„{column}“ muss {booleans} lauten.",
        "type:array": "„{column}“ muss eine Liste sein.",
        "code_list": "„{column}“ muss ein Code der Liste {code_list} sein.",
        "pattern": "„{column}“ muss die Form {example} haben.",
        "minimum": "„{column}“ muss mindestens {minimum} sein.",
        "maximum": "„{column}“ darf höchstens {maximum} sein.",
        "max_length": "„{column}“ darf höchstens {max_length} Zeichen haben.",
        "unique": "{key}: Jeder Wert darf in einer Datei nur einmal vorkommen; Zeilen mit gleichem Schlüssel und "
        "anderem Inhalt widersprechen einander.",
        "repair:upper": "„{column}“ wurde in Großbuchstaben gesetzt.",
        "repair:control_code": "„{column}“ wurde auf die gedruckte Schreibweise der Güterliste gebracht.",
        "repair:excel_exponent": "„{column}“ war von einer Tabellenkalkulation in eine Zehnerpotenz verwandelt worden.",
        "repair:hs_leading_zero": "„{column}“ hatte die führende Null verloren.",
        "repair:grouped_integer": "„{column}“ hatte die Nullen am Ende verloren, weil eine Tabellenkalkulation das "
        "Tausenderzeichen für ein Dezimalzeichen hielt.",
    },
    "fr": {
        "present": "« {column} » doit être rempli.",
        "type:integer": "« {column} » doit être un nombre entier.",
        "type:decimal": "« {column} » doit être un nombre dont le signe décimal est « {decimal} », avec au plus "
        "{scale} décimales.",
        "type:date": "« {column} » doit être une date écrite {forms}.",
        "type:timestamp": "« {column} » doit donner le jour et l'heure, écrits {forms}.",
        "type:boolean": "« {column} » doit être {booleans}.",
        "type:array": "« {column} » doit être une liste.",
        "code_list": "« {column} » doit être un code de la liste {code_list}.",
        "pattern": "« {column} » doit avoir la forme {example}.",
        "minimum": "« {column} » doit être au moins {minimum}.",
        "maximum": "« {column} » doit être au plus {maximum}.",
        "max_length": "« {column} » doit avoir au plus {max_length} caractères.",
        "unique": "{key} : chaque valeur ne figure qu'une fois dans un fichier ; des lignes de même clé et de contenu "
        "différent se contredisent.",
        "repair:upper": "« {column} » a été mis en majuscules.",
        "repair:control_code": "« {column} » a été ramené à la graphie imprimée de la liste de contrôle.",
        "repair:excel_exponent": "« {column} » avait été changé en puissance de dix par un tableur.",
        "repair:hs_leading_zero": "« {column} » avait perdu son zéro initial.",
        "repair:grouped_integer": "« {column} » avait perdu ses zéros finaux, parce qu'un tableur avait pris le signe "
        "des milliers pour un signe décimal.",
    },
}
_OR = {"de": " oder ", "fr": " ou "}
_AND = {"de": " und ", "fr": " et "}
_DATE_PARTS = {
    "de": {"%d": "TT", "%m": "MM", "%Y": "JJJJ", "%y": "JJ", "%H": "hh", "%M": "mm", "%S": "ss"},
    "fr": {"%d": "JJ", "%m": "MM", "%Y": "AAAA", "%y": "AA", "%H": "hh", "%M": "mm", "%S": "ss"},
}


def sentence(contract: Contract, rule: Rule, language: str) -> str | None:
    """What an implicit rule or a repair says in this language; None where only English has words for it."""
    of_kind = SENTENCES.get(language)
    field = contract.field_by_name.get(rule.fields[0]) if rule.fields else None
    if of_kind is None or field is None:
        return None
    detail = {"type": f":{field.type}", "repair": f":{rule.expression}"}.get(rule.kind, "")
    pattern = of_kind.get(rule.kind + detail)
    if pattern is None:
        return None
    columns = [contract.field_by_name[name].source for name in rule.fields]
    return pattern.format(
        column=field.source, key=_AND[language].join(columns), decimal=field.decimal_separator, scale=field.scale,
        forms=_OR[language].join(date_form(form, language) for form in field.formats),
        booleans=_OR[language].join((*field.true_values, *field.false_values)), code_list=field.code_list,
        example=_example(field), minimum=field.minimum, maximum=field.maximum, max_length=field.max_length,
    )  # fmt: skip


def date_form(form: str, language: str) -> str:
    """A strptime format as the letters that people of this language know: %d.%m.%Y is TT.MM.JJJJ."""
    for code, letters in _DATE_PARTS[language].items():
        form = form.replace(code, letters)
    return form


def _example(field: Field) -> str:
    return field.examples[0] if field.examples else str(field.pattern)
