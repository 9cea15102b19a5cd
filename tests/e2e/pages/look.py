"""How a page is looked at: no fault for people who see, hear or move differently, and no text cut off."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

AXE = "axe.run({ resultTypes: ['violations'] }).then((all) => all.violations)"

CUT = """() => {
  const cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    const own = node.parentElement;
    if (!own.checkVisibility({ visibilityProperty: true }) || own.closest(".unseen, option, select")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      let block = own;
      while (getComputedStyle(block).display === "inline") block = block.parentElement;
      const box = block.getBoundingClientRect();
      if (rect.left < box.left - 1 || rect.right > box.right + 1) cut.push(node.data + " leaves its box");
      if (rect.left < -1 || rect.right > innerWidth + 1) cut.push(node.data + " leaves the screen");
      for (let above = own; above !== document.documentElement; above = above.parentElement) {
        const style = getComputedStyle(above);
        if (style.overflowX === "visible") continue;
        const hole = above.getBoundingClientRect();
        if (rect.left >= hole.right || rect.top >= hole.bottom) break;
        if (rect.right > hole.right + 1) cut.push(node.data + " is cut at its side");
        const glyphs = (rect.height - parseFloat(getComputedStyle(own).fontSize)) / 2;
        if (style.overflowY === "hidden" && rect.bottom - glyphs > hole.bottom + 1) cut.push(node.data + " is cut below");
      }
    }
  }
  return cut;
}"""


def cut(page: Page) -> list[str]:
    """Texts that are cut off, that leave their box, or that leave the screen."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate(CUT)
    return found


def faults(page: Page) -> list[str]:
    """What axe finds: rule and place. A page is given axe once, and says no more than what is wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE)
    return [
        f"{one['id']} {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def good(page: Page) -> None:
    """Hold a page to both."""
    found = cut(page)
    assert found == [], found
    assert faults(page) == []
