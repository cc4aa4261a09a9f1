import pytest

from involuntary import errors


def test_a_message_is_one_line_of_what_rule_got_and_advice():
    error = errors.RecordingError("a.edf", "must hold 3 records", "2", "record it again")
    assert str(error) == "a.edf: must hold 3 records; got 2; record it again"
    assert isinstance(error, errors.InputError)


def test_names_from_outside_cannot_break_the_line():
    error = errors.RecordingError("a\n\x1b[31m" + "b" * 500, "is refused")
    assert "\n" not in str(error)
    assert "\x1b" not in str(error)
    assert len(str(error)) < 200


def test_a_missing_extra_names_the_command():
    message = r"^the HTML report: needs the package jinja2; install it with: pip install 'involuntary\[report\]'$"
    with pytest.raises(errors.MissingExtraError, match=message):
        raise errors.MissingExtraError("jinja2", "report", "the HTML report")


def test_every_error_is_exported_and_in_the_tree():
    classes = {n for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, Exception)}
    assert classes <= set(errors.__all__)
    assert all(name in (errors.__doc__ or "") for name in classes)
