"""The command words in Japanese, with the endings that people put behind them.

Left out are `終了` and `終わり` (done, or the end of it all), `解除` (ends a pause, or the mail),
`中止` and `キャンセル` (take back, or stop), `戻す` (take back, or back to a size) and `お休み` (good
night); `やめます` is said of the step as well. What is still to come is none either: `完了する` is a plan.
"""

import re

from service.domain.command import Verb

_ASKED = ("", "する", "します", "して", "してください", "して下さい", "で")
_HAPPENED = ("した", "しました", "済み", "済")
_PLAIN: dict[Verb, str] = {
    Verb.DONE: "やった やりました やったよ できた できました できたよ 出来た 出来ました 出来たよ "
    "終わった 終わりました おわった おわりました しました 済み 済 済みました 済んだ 済です 済みです",
    Verb.SKIP: "飛ばす 飛ばして 飛ばします 今日は休む 今日は休み 今日は休みます "
    "今日はスキップ パス パスします",
    Verb.UNDO: "取り消し 取消 取消し 取り消す 取り消して 取り消します 取り消してください 元に戻す 元に戻して",
    Verb.SMALLER: "小さい もっと小さく 小さめ 小さめに 減らす 減らして 減らしてください",
    Verb.BIGGER: "大きい もっと大きく 大きめ 大きめに 増やす 増やして 増やしてください",
    Verb.STEP: "ステップ",
    Verb.GROW: "伸ばす 伸ばして",
    Verb.STAY: "そのまま そのままで このまま このままで",
    Verb.BACK: "元のサイズ 元のサイズに 元の大きさ 元の大きさに",
    Verb.PAUSE: "休む 休みます 休ませて 休ませてください しばらく休む しばらく休みます",
    Verb.RESUME: "続ける 続けます 続けて",
    Verb.TIME: "時間 時刻",
    Verb.QUIET: "静かに 返信不要",
    Verb.STATUS: "状態 状況 ステータス",
    Verb.STOP: "ストップ",
    Verb.HELP: "ヘルプ 使い方 コマンド",
}
_WITH_ENDINGS: dict[Verb, tuple[str, tuple[str, ...]]] = {
    Verb.DONE: ("完了 達成 クリア", ("", "です", "でした", *_HAPPENED)),
    Verb.SKIP: ("スキップ", (*_ASKED, "です", *_HAPPENED)),
    Verb.SMALLER: ("小さく", _ASKED[:-1]),
    Verb.BIGGER: ("大きく", _ASKED[:-1]),
    Verb.GROW: ("成長", _ASKED[:3]),
    Verb.KEEP: ("キープ", _ASKED),
    Verb.PAUSE: ("一時停止 休止", _ASKED),
    Verb.RESUME: ("再開", _ASKED),
    Verb.STOP: ("停止 配信停止 メール停止 購読停止 購読解除 配信解除 退会", _ASKED[:-1]),
}


def _words(verb: Verb) -> tuple[str, ...]:
    stems, endings = _WITH_ENDINGS.get(verb, ("", ()))
    return (*_PLAIN.get(verb, "").split(), *(stem + end for stem in stems.split() for end in endings))


JAPANESE: dict[Verb, tuple[str, ...]] = {verb: _words(verb) for verb in {**_PLAIN, **_WITH_ENDINGS}}

_REST = r"(?:お?休(?:む|み|みます|ませてください)|一時停止(?:する|します|して|してください)?)"
_LENGTH = r"([0-9]{1,9}|[一二三四五六七八九十]) ?(日間?|週間)"
_PAUSED = re.compile(rf"{_LENGTH}[ 、は]*{_REST}|(?:一時停止|休止)[ 、:]*{_LENGTH}")


def japanese_pause(text: str) -> tuple[str, str] | None:
    """Read `3日休む` or `一時停止3日`, in NFKC, as a number and its unit, None where it is neither."""
    found = _PAUSED.fullmatch(text)
    return (found[1] or found[3], found[2] or found[4]) if found else None
