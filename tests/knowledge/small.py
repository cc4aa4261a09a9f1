"""A tiny release, made by hand, and what a hostile one looks like."""

OBO = """format-version: 1.2
data-version: hp/releases/2001-02-03

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0002380
name: Fasciculations
alt_id: HP:0007092
def: "Twitches \\"under\\" the skin." [PMID:1]
synonym: "Muscle twitch" EXACT layperson [PMID:2]
synonym: "Flicker" RELATED []
is_a: HP:0000118 {xref="X"} ! Phenotypic abnormality

[Term]
id: HP:0003394
name: Muscle spasm
synonym: "Muscle cramps" EXACT []
is_a: HP:0000118 ! Phenotypic abnormality
is_a: HP:0002380 ! made up: two ways up

[Term]
id: HP:0003593
name: Infantile onset
is_a: HP:0000001 ! All

[Term]
id: HP:0000007
name: Autosomal recessive inheritance
is_a: HP:0000001 ! All

[Term]
id: HP:0000057
name: obsolete Twitching
is_obsolete: true
replaced_by: HP:0002380

[Term]
id: HP:0000058
name: obsolete Unrest
is_obsolete: true
consider: HP:0002380
consider: HP:0003394

[Term]
id: HP:0000059
name: obsolete Nothing
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""

HEADER = (
    "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect"
    "\tbiocuration"
)


def row(disease="OMIM:1", name="Twitching disease", term="HP:0002380", **other):
    """Give one line of annotations."""
    fields = {
        "qualifier": "", "reference": "PMID:1", "evidence": "PCS", "onset": "", "frequency": "", "sex": "",
        "modifier": "", "aspect": "P", "biocuration": "HPO:x[2001-01-01]",
    } | other  # fmt: skip
    return "\t".join((disease, name, fields.pop("qualifier"), term, *fields.values()))


ROWS = (
    row("ORPHA:9", "Twitching disease of Orphanet", frequency="HP:0040281", evidence="TAS"),
    row(frequency="3/4"),
    row(term="HP:0003394", qualifier="NOT", sex="FEMALE", reference="PMID:2;PMID:3"),
    row(term="HP:0007092", frequency="25%", onset="HP:0003593", evidence="IEA"),
    row(term="HP:0003593", aspect="C"),
    row(term="HP:0000007", aspect="I"),
    row("DECIPHER:5", "Another", term="HP:0003394", frequency="0/7"),
)
HPOA = "\n".join(("#version: 2001-02-04", HEADER, *ROWS, ""))


def release(folder, obo=OBO, hpoa=HPOA):
    """Write a release into a folder."""
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "hp.obo").write_text(obo, encoding="utf-8")
    (folder / "phenotype.hpoa").write_text(hpoa, encoding="utf-8")
    return folder
