"""A stop is no error: whoever deals with errors lets it pass."""

from __future__ import annotations

from contextlib import suppress

import pytest

from pik_xl.errors import Abgebrochen, PikError


@pytest.mark.parametrize("errors", [PikError, Exception])
def test_who_deals_with_errors_lets_a_stop_pass(errors: type[Exception]) -> None:
    with pytest.raises(Abgebrochen, match="vollständig"), suppress(errors):
        raise Abgebrochen
