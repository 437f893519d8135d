// One object draws an element of the page from its first drawing to its last.

const drawers = new WeakMap();

function drawerOf(parentElement, make) {
  if (!drawers.has(parentElement)) drawers.set(parentElement, make());
  return drawers.get(parentElement);
}

// What Streamlit calls when the element goes, and also between two updates: only an element that
// has left the page is cleared.
function clearedOnceGone(parentElement) {
  return () => queueMicrotask(() => {
    if (parentElement.isConnected) return;
    drawers.get(parentElement)?.clear();
    drawers.delete(parentElement);
  });
}
