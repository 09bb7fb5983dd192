"""Characters as they are compared: one for one, and none that a keyboard has not."""

from index.text import simplified


def test_traditional_characters_become_simplified_ones_of_the_same_number() -> None:
    assert simplified("關於調解糾紛") == "关于调解纠纷"


def test_a_character_whose_simplified_form_hardly_a_font_has_stays() -> None:
    assert simplified("檵木坪鎮的報告") == "檵木坪镇的报告"
