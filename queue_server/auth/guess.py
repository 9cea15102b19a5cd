"""Passwords that are tried first: by strangers with a list, and by colleagues who know the name on the door. Pure.

Not a list of leaked passwords, which a hall without the internet could not keep up to date, but what such lists are made of.
"""

from string import digits, punctuation

LEAST_LETTERS = 5
"""Fewer different characters than this are a pattern, not a password."""
_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
)
"""Keys and letters in the order in which fingers and heads have them."""
_WORDS = frozenset(
    (
        *("password", "passwd", "passw0rd", "p@ssw0rd", "p@ssword", "pass", "mima", "admin", "administrator"),
        *(
            "root",
            "user",
            "test",
            "demo",
            "guest",
            "welcome",
            "letmein",
            "iloveyou",
            "woaini",
            "woaizhongguo",
        ),
        *(
            "zhongguo",
            "zhengwu",
            "zhengfu",
            "dating",
            "jiaohao",
            "hall",
            "qwe",
            "asd",
            "zxc",
            "qaz",
            "aa",
            "qq",
        ),
        *("密码", "政务", "大厅", "政务大厅", "叫号", "我爱你", "管理员"),
    )
)


def guessable_pin(pin: str) -> bool:
    """Whether a PIN is one digit again and again, or a row of them, up or down."""
    return len(set(pin)) == 1 or pin in _ROWS[0] or pin in _ROWS[0][::-1]


def guessable(password: str, name: str) -> bool:
    """Whether a password of somebody with a sign-in name is one of those: a pattern, a row of keys, figures only, a word or the
    name with figures around it.
    """
    plain = password.casefold().strip()
    word = plain.strip(digits + punctuation + " ")
    return (
        len(set(plain)) < LEAST_LETTERS
        or len(word) < 2
        or word in _WORDS
        or word == name.casefold()
        or any(word in row or word in row[::-1] or plain in row or plain in row[::-1] for row in _ROWS)
    )
