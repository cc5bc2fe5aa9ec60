"""A program on a pseudo-terminal, and a small emulator that reads along: for the benches, which time from a key or a write to the screen."""
import fcntl, os, pty, re, select, signal, struct, termios, time, unicodedata

COLUMNS, ROWS = 200, 50


def size(text):
    """All terminals that follow have this size: `200x50`."""
    global COLUMNS, ROWS
    COLUMNS, ROWS = (int(part) for part in text.split("x"))


SEQUENCE = re.compile(r"\x1b(?:\[([?>=]?)([0-9;:]*)[ !$']?([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[()][A-Z0-9]|[=>78cM])|[\r\n\b]|[^\x1b\r\n\b]+")


class Screen:
    """Enough of a terminal for programs that place their text by coordinates."""

    def __init__(self):
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.x = self.y = 0
        self.rest, self.answers = "", b""

    def feed(self, text):
        text, at = self.rest + text, 0
        while match := SEQUENCE.match(text, at):
            if match.end() == len(text) and text[at] == "\x1b" and match[3] is None and len(text) - at < 3:
                break
            at = match.end()
            self.one(match)
        self.rest = text[at:] if len(text) - at < 4096 else ""

    def one(self, match):
        piece = match[0]
        if piece[0] not in "\x1b\r\n\b":
            for char in piece:
                width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
                if self.x < COLUMNS and self.y < ROWS:
                    self.cells[self.y][self.x] = char
                    self.x += width
        elif piece == "\r":
            self.x = 0
        elif piece == "\n":
            self.y = min(self.y + 1, ROWS - 1)
        elif piece == "\b":
            self.x = max(self.x - 1, 0)
        elif match[3]:
            numbers = [int(n) if n.isdigit() else 0 for n in re.split("[;:]", match[2])]
            self.control(match[1], numbers[0], numbers, match[3])

    def control(self, private, n, numbers, kind):
        blank = lambda y, a, b: self.cells[y].__setitem__(slice(a, b), [" "] * (max(b - a, 0)))
        if kind in "Hf":
            self.y, self.x = min(max(n, 1), ROWS) - 1, min(max((numbers + [1])[1], 1), COLUMNS) - 1
        elif kind == "G":
            self.x = max(n, 1) - 1
        elif kind == "d":
            self.y = max(n, 1) - 1
        elif kind in "ABCD":
            step = max(n, 1)
            self.y = min(max(self.y + {"A": -step, "B": step}.get(kind, 0), 0), ROWS - 1)
            self.x = min(max(self.x + {"C": step, "D": -step}.get(kind, 0), 0), COLUMNS - 1)
        elif kind == "X":
            blank(self.y, self.x, min(self.x + max(n, 1), COLUMNS))
        elif kind == "K":
            blank(self.y, 0 if n else self.x, self.x + 1 if n == 1 else COLUMNS)
        elif kind == "J" and not private:
            for y in range(ROWS):
                if n >= 2 or (n == 0 and y > self.y) or (n == 1 and y < self.y):
                    blank(y, 0, COLUMNS)
            if n < 2:
                blank(self.y, 0 if n else self.x, self.x + 1 if n else COLUMNS)
        elif kind == "n" and n == 6:
            self.answers += b"\x1b[%d;%dR" % (self.y + 1, self.x + 1)
        elif kind == "c":
            self.answers += b"\x1b[?62c" if private != ">" else b"\x1b[>0;0;0c"
        elif kind == "u" and private == "?":
            self.answers += b"\x1b[?0u"

    def lines(self):
        return ["".join(row) for row in self.cells]


class Program:
    """A program on a pseudo-terminal."""

    def __init__(self, command, environment=None, folder=None):
        self.screen, self.bytes = Screen(), 0
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.mark = time.monotonic()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.login_tty(slave)
                if folder:
                    os.chdir(folder)
                os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})})
            finally:
                os._exit(127)
        os.close(slave)

    def take(self, wait):
        """Reads what is there; answers when it came, or None."""
        if not select.select([self.master], [], [], wait)[0]:
            return None
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            raise SystemExit(f"it ended; the screen shows:\n" + "\n".join(line.rstrip() for line in self.screen.lines()))
        at = time.monotonic()
        self.bytes += len(data)
        self.screen.feed(data.decode("utf-8", "replace"))
        if self.screen.answers:
            os.write(self.master, self.screen.answers)
            self.screen.answers = b""
        return at

    def until(self, what, holds, limit=60):
        """Milliseconds from the mark to the bytes with which this holds."""
        last = self.mark
        while not holds(self.screen.lines()):
            at = self.take(0.05)
            last = at or last
            if time.monotonic() - self.mark > limit:
                raise SystemExit(f"no {what}; the screen shows:\n" + "\n".join(line.rstrip() for line in self.screen.lines()))
        return (last - self.mark) * 1000

    def settle(self, quiet=0.3, limit=3):
        """Until nothing more comes; some programs never stop."""
        end = time.monotonic() + limit
        while self.take(quiet) and time.monotonic() < end:
            pass

    def keys(self, keys):
        self.mark, self.before = time.monotonic(), self.bytes
        os.write(self.master, keys.encode())

    def sent(self):
        self.settle()
        return self.bytes - self.before

    def idle(self, seconds):
        """CPU in percent and bytes."""
        clock = lambda: sum(int(n) for n in open(f"/proc/{self.process}/stat").read().rsplit(")", 1)[1].split()[11:13])
        ticks, before, end = clock(), self.bytes, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.take(left)
        return (clock() - ticks) / os.sysconf("SC_CLK_TCK") / seconds * 100, self.bytes - before

    def memory(self):
        """Resident and peak, in MiB."""
        status = open(f"/proc/{self.process}/status").read()
        return [int(re.search(rf"{name}:\s*(\d+)", status)[1]) / 1024 for name in ("VmRSS", "VmHWM")]

    def end(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.master)

    def processes(self):
        """It and what it started."""
        found, parents = [self.process], {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    parents.setdefault(int(open(f"/proc/{entry}/stat").read().rsplit(")", 1)[1].split()[1]), []).append(int(entry))
                except OSError:
                    pass  # it has ended meanwhile
        for process in found:
            found += parents.get(process, [])
        return found

    def peak(self):
        """Most memory that it and what it started ever had, in MiB."""
        sizes = (re.search(r"VmHWM:\s*(\d+)", open(f"/proc/{process}/status").read()) for process in self.processes())
        return sum(int(found[1]) for found in sizes if found) / 1024

    def threads(self):
        """CPU in milliseconds and how often a thread has gone to sleep, of all threads of it and of what it started."""
        cpu = sleeps = 0
        for process in self.processes():
            for task in os.listdir(f"/proc/{process}/task"):
                try:
                    cpu += int(open(f"/proc/{process}/task/{task}/schedstat").read().split()[0]) / 1e6
                    sleeps += int(re.search(r"voluntary_ctxt_switches:\s*(\d+)", open(f"/proc/{process}/task/{task}/status").read())[1])
                except OSError:
                    pass  # it has ended meanwhile
        return cpu, sleeps
