"""HTML as a reader sees it, above the first quote."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.mail.html_text import text_of
from service.mail.own_lines import own_lines


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("done", "done"),
        ("<p>done</p><p>easy</p>", "done\neasy"),
        ("<div>done<br>easy</div>", "done\neasy"),
        ("<div>done</div><div><br></div><div>easy</div>", "done\n\neasy"),
        ("<p>done\n   and\tdusted </p>", "done and dusted"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<ol><li>one<li>two</ol>", "one\ntwo"),
        ("<table><tr><td>done<tr><td>easy</table>", "done\neasy"),
        ("<b>do</b><i>ne</i> <a href=x>easy</a>", "done easy"),
        ("<B STYLE='x'>done</B>", "done"),
        ("<span>do</span><span>ne</span>", "done"),
        ("<p>it <b> was </b> easy</p>", "it was easy"),
        ("<p>" * 5000 + "done", "done"),
        ("done" + "<p>" * 9000 + "stop", "done"),
        ("done" + "<p>" + " " * 60_000 + "stop", "done"),
        ("<pre>done\n\n  easy</pre>", "done\n\neasy"),
        ("a &lt; b &amp; c &#8211; d&nbsp;e", "a < b & c – d\u00a0e"),
        ("<title>stop</title><style>stop</style><script>stop</script><p>done", "done"),
        ("<head><style>p{}</style></head><body>done</body>", "done"),
        ("<!-- stop --><p>done<!-- stop --></p>", "done"),
        ("<!--[if mso]><p>stop</p><![endif]--><p>done</p>", "done"),
        ("<style>stop", ""),
        ("<p>done<!-- stop", "done"),
        ('<p style="display: none">stop</p><p>done</p>', "done"),
        ('<span style="font-size:0px">stop</span>done', "done"),
        ('<span style="font-size:0.9em">done</span>', "done"),
        ('<p style="border-left:none; border-top: 1px solid">done</p>', "done"),
        ('<div style="opacity:0">stop</div>done', "done"),
        ("<div hidden>stop</div>done", "done"),
        ('<font style="mso-hide:all">stop</font>done', "done"),
        ("<template>stop</template><svg><text>stop</text></svg>done", "done"),
        ("<p>done</p></div></body></html></p>", "done"),
        ("", ""),
        ("<", "<"),
        ("a < b", "a < b"),
        ("<p", ""),
    ],
)
def test_lines_are_as_a_reader_sees_them(html: str, text: str) -> None:
    assert text_of(html) == text


QUOTES = [
    "<blockquote>stop</blockquote>",
    '<blockquote type="cite">stop</blockquote>',
    '<div class="gmail_quote">stop</div>',
    '<div class="gmail_quote gmail_quote_container">stop</div>',
    '<div class="gmail_extra">stop</div>',
    '<div id="appendonsend"></div><div>stop</div>',
    '<div id="x_divRplyFwdMsg">stop</div>',
    '<DIV ID="divRplyFwdMsg">stop</DIV>',
    '<div class="ydp1a2b3cyahoo_quoted">stop</div>',
    '<div class="moz-cite-prefix">stop</div>',
    '<div class="moz-forward-container">stop</div>',
    '<div class="protonmail_quote">stop</div>',
    '<div class="tutanota_quote">stop</div>',
    '<div class="zmail_extra">stop</div>',
    '<hr id="zwchr"><div>stop</div>',
    '<div name="quote">stop</div>',
    '<div name="messageReplySection">stop</div>',
    '<div id="mail-editor-reference-message-container">stop</div>',
    '<span id="OLK_SRC_BODY_SECTION">stop</span>',
    '<div id="isReplyContent">stop</div>',
    '<div class="mailru-blockquote">stop</div>',
    '<div style="border:none;border-left:solid blue 1.5pt;padding:0in 0in 0in 4.0pt">stop</div>',
    '<div style="padding-left: 1ex; border-left: 1px #ccc solid">stop</div>',
]


@pytest.mark.parametrize("quote", QUOTES)
def test_a_quote_is_cut_and_so_is_all_below_it(quote: str) -> None:
    assert own_lines(text_of(f"<div>done</div><div>easy</div><div>{quote}</div><div>stop</div>")) == (
        "done",
        "easy",
    )
    assert own_lines(text_of(f"{quote}<div>stop</div>")) == ()
    assert own_lines(text_of(f"<div><div></div>&nbsp;<br>{quote}</div>stop")) == ()
    introduced = f"<div>done</div><div>On Wednesday, March 11, 2026 at 8:00, Kaizen wrote:</div>{quote}"
    assert own_lines(text_of(introduced)) == ("done",)


@pytest.mark.parametrize(
    "mark",
    [
        *('class="gmail_signature"', 'class="moz-signature"', 'class="protonmail_signature_block"'),
        *('id="ms-outlook-mobile-signature"', 'id="composer_signature"', 'id="ymail_android_signature"'),
        'name="messageSignatureSection"',
    ],
)
def test_a_signature_is_cut(mark: str) -> None:
    assert own_lines(text_of(f"<div>done</div><div {mark}>stop</div><div>stop</div>")) == ("done",)


def test_a_word_about_quotes_is_no_quote() -> None:
    assert own_lines(text_of('<p class="MsoNormal">blockquote gmail_quote</p>')) == (
        "blockquote gmail_quote",
    )


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_taken(html: str) -> None:
    assert isinstance(text_of(html), str)


PIECES = [
    "<b a=1>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "x",
    " ",
    "\n",
    "<br>",
    "<li>",
    "<!--",
]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*PIECES, "-->", "<style>", "</style", "<pre>", "</pre>", "&#0;", "<svg>"]),
        max_size=60,
    )
)
def test_tags_in_any_order_are_taken(pieces: list[str]) -> None:
    assert isinstance(text_of("".join(pieces)), str)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES[:-1]), max_size=30), st.sampled_from(QUOTES))
def test_nothing_below_a_quote_is_own(pieces: list[str], quote: str) -> None:
    lines = own_lines(text_of("".join(pieces) + quote + "<p>stop</p>"))
    assert not any("stop" in line for line in lines)
