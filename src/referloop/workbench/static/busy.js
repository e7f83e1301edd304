// What takes longer than a moment says that it is under way, and for how long already.

const A_MOMENT = 500; // milliseconds
const A_FILE = 20; // seconds: nobody tells a page that its file was saved
let line = null;
let wait;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  const file = event.submitter?.hasAttribute("data-file");
  end();
  wait = setTimeout(() => tell(file), A_MOMENT);
});
for (const over of ["pagehide", "pageshow"]) addEventListener(over, end);

function tell(file) {
  const began = Date.now() - A_MOMENT;
  line = document.createElement("p");
  line.className = "busy notice";
  line.setAttribute("role", "status");
  document.body.append(line);
  const [words, seconds] = [document.createElement("span"), document.createElement("span")];
  words.textContent = file ? "The file is being made; your browser saves it when it is ready." : "Under way. Nothing you typed is lost if you wait.";
  seconds.className = "number soft";
  seconds.setAttribute("aria-hidden", "true"); // said once, and not every second
  line.append(words, " ", seconds);
  wait = setInterval(() => {
    const gone = Math.round((Date.now() - began) / 1000);
    seconds.textContent = `${gone} s`;
    if (file && gone >= A_FILE) end();
  }, 1000);
}

function end() {
  clearTimeout(wait);
  clearInterval(wait);
  line?.remove();
  line = null;
}
