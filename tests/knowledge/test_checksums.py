import pytest

from involuntary.knowledge.checksums import isbn_holds, loinc_holds


# LOINC of calcium, potassium, magnesium, creatine kinase, thyrotropin: as the LOINC table gives them.
@pytest.mark.parametrize("code", ["2000-8", "2823-3", "2601-3", "2157-6", "3016-3"])
def test_a_loinc_code_holds_and_its_slips_do_not(code):
    assert loinc_holds(code)
    body, digit = code.split("-")
    assert not any(loinc_holds(f"{body}-{d}") for d in "0123456789" if d != digit)
    assert not loinc_holds(code.replace("-", ""))


@pytest.mark.parametrize("code", ["0-306-40615-2", "978-0-306-40615-7", "080442957X"])
def test_an_isbn_holds_and_its_slips_do_not(code):
    assert isbn_holds(code)
    assert not isbn_holds(code[:-1] + ("1" if code[-1] != "1" else "2"))
    assert not isbn_holds(code[:-1])
