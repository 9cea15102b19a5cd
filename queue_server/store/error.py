"""Why a store cannot be used at all: faults of the set-up, told in one sentence to whoever starts a program.

What may pass by itself (a full disk, a busy file) is `flow.port.Unavailable` instead.
"""

from queue_server.wire.ticket import Text


class StoreFault(Exception):
    """A store that cannot be used as it is. `text` says why and what to do, in both languages; `str()` is the English one."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class StoreTooNew(StoreFault):
    """The tables were written by a newer version of the program."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            Text(
                f"数据库版本 {found} 高于本程序支持的版本 {known}，请安装新版程序后再启动。",
                f"The database is of version {found}, newer than the {known} of this program: install the newer program.",
            )
        )


class StoreMoved(StoreFault):
    """The hall went on in another place, `to`: what is here is what it was then."""

    def __init__(self, to: str) -> None:
        zh, en = (f"设JIAOHAO_DB={to}", f"set JIAOHAO_DB={to}")
        if "://" not in to:
            zh, en = ("去掉JIAOHAO_DB", "leave JIAOHAO_DB out")
        super().__init__(
            Text(
                f"大厅已迁移到{to}，号票在那里继续，这里不再使用。请{zh}再执行。"
                "要放弃迁移、用回这里的数据，先backup，再用它restore：各区会跳过一段号，不会重号。",
                f"The hall went to {to} and goes on there; what is here is not used any more. Please {en} and try again. "
                "To go back to what is here, make a backup of it and restore that: numbers are left out, and none is given twice.",
            )
        )


class StoreForeign(StoreFault):
    """The tables speak of services or windows that the hall's configuration no longer has. `missing` names them."""

    def __init__(self, hall: str, missing: tuple[str, ...]) -> None:
        names = ", ".join(missing)
        super().__init__(
            Text(
                f"数据库（{hall}）仍在使用当前配置中没有的事项或窗口：{names}。请恢复这些配置，或使用另一个数据目录。",
                f"The database ({hall}) still uses services or windows that the configuration does not have: {names}. "
                "Put them back, or use another data folder.",
            )
        )
        self.missing = missing


class StoreEmpty(StoreFault):
    """No hall was ever served from the tables: there are accounts at most."""

    def __init__(self, database: str) -> None:
        super().__init__(
            Text(
                f"{database}中还没有大厅，请先启动一次服务器。",
                f"No hall was ever served from {database}: start its server once.",
            )
        )


class StoreInUse(StoreFault):
    """Another server works on the same data folder."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            Text(
                f"数据目录 {folder} 正由另一个服务器进程使用，请先停止它。",
                f"Another server uses the data folder {folder}: stop it first.",
            )
        )


class StoreNotDurable(StoreFault):
    """PostgreSQL is set up so that it may lose what it has confirmed. `setting` names what to change."""

    def __init__(self, setting: str) -> None:
        super().__init__(
            Text(
                f"PostgreSQL的{setting}为off，断电会丢失已确认的号票。请改为on后再启动。",
                f"PostgreSQL runs with {setting} = off and would lose confirmed tickets in a power cut: "
                "set it to on and start again.",
            )
        )
        self.setting = setting


class StoreTooOld(StoreFault):
    """PostgreSQL is older than this program knows."""

    def __init__(self, found: str, oldest: str) -> None:
        super().__init__(
            Text(
                f"PostgreSQL {found}版本过低，请安装{oldest}或更新的版本。",
                f"PostgreSQL {found} is too old: install {oldest} or later.",
            )
        )


class StoreUnreadable(StoreFault):
    """The database cannot hold every character."""

    def __init__(self, encoding: str) -> None:
        super().__init__(
            Text(
                f"数据库编码为{encoding}，无法保存中文。请新建编码为UTF8的数据库。",
                f"The database has the encoding {encoding}; create one with UTF8.",
            )
        )


class StoreWithoutDriver(StoreFault):
    """PostgreSQL is asked for, but what speaks to it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "未安装PostgreSQL驱动，请执行：pip install 'jiaohao[server,pg]'。",
                "The PostgreSQL driver is not installed: pip install 'jiaohao[server,pg]'.",
            )
        )


class StoreOtherKey(StoreFault):
    """The servers of one hall do not have the same key."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "本机的identity.key与该大厅的另一台服务器不同。请把那台数据目录中的identity.key复制到本机数据目录后再启动。",
                "identity.key here is not that of the hall's other server: copy the file from its data folder into this one, "
                "and start again.",
            )
        )
