"""A CSV file as people's spreadsheets write it: UTF-8, or GB 18030 as they do in China."""

import csv
import io
from collections.abc import Iterator

from queue_server.wire.ticket import Text


class NotASheet(Exception):
    """A file that cannot be read further: in which line, counted from 1, and what to do."""

    def __init__(self, line: int, fault: Text) -> None:
        """The place and the sentence."""
        super().__init__(f"line {line}: {fault.en}")
        self.line, self.fault = line, fault


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line numbers, cells without blanks around them; empty rows are left out. Raises NotASheet."""
    reader = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if any(row):
                yield reader.line_num, row
    except csv.Error as error:
        fault = Text(f"不是有效的CSV：{error}", f"Not valid CSV: {error}")
        raise NotASheet(reader.line_num, fault) from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASheet(1, Text("文件不是UTF-8或GB 18030编码。", "The file is neither UTF-8 nor GB 18030."))
