"""What wuye's own object files may refer to: no clock, locale, environment, random source or output.

usage: check_symbols.py NM ARCHIVE…

Reads the undefined symbols of every object in the archives. The objects in MAY are let off what is said there, with the
reason; what stands in MAY and is not needed fails too, so that the list stays true.
"""

import re
import subprocess
import sys

from declared import finish

FORBIDDEN = {
    "clock": r"time|gettimeofday|clock_gettime|clock|timespec_get|ftime|localtime(_r)?|gmtime(_r)?|mktime|timegm|strftime|tzset"
    r"|nanosleep|usleep|sleep|std::chrono::\w*(system|steady|high_resolution)_clock::now\(\)"
    r"|std::chrono::_V2::\w+_clock::now\(\)|std::this_thread::sleep\w*.*",
    "locale": r"setlocale|localeconv|newlocale|uselocale|nl_langinfo(_l)?|std::locale::\w+\(.*|std::use_facet.*|std::has_facet.*"
    r"|toupper|tolower|isalpha|isdigit|isspace|isalnum|isupper|islower|isprint|ispunct|isxdigit|strto[df]|strtold|strtod_l|atof|strcoll|strxfrm",
    "environment": r"getenv|secure_getenv|setenv|unsetenv|putenv|environ|__environ|getcwd|gethostname|getlogin(_r)?|sysconf",
    "random": r"rand|srand|rand_r|random|srandom|[dlm]rand48|arc4random\w*|getrandom|getentropy|randombytes\w*|std::random_device::.*",
    "output": r"v?f?printf|__v?f?printf_chk|puts|fputs|fputc|putc|putchar|fwrite|perror|write|writev|syslog|stdout|stderr"
    r"|std::c(out|err|log|in)|std::wc(out|err|log|in)|std::ios_base::Init::.*|std::basic_ofstream.*|std::ofstream.*",
    "files": r"f?open(64)?|openat|creat|unlink|rename|remove|mkdir|rmdir|std::basic_[io]?fstream.*|std::filesystem::.*|fsync|fdatasync",
    "exit": r"exit|_exit|quick_exit|abort|raise|kill|std::terminate\(\)",
    "process": r"fork|vfork|system|popen|execv\w*|pthread_create|std::thread::_M_start_thread.*|socket|connect|getpid",
}

# Object → what it may, and why. clang and GCC refer to std::terminate from every noexcept function, so "exit" leaves it out.
MAY = {
    "sqlite_store.cpp": ({"files", "process"}, "the file, the lock between processes, use after fork"),
    "zone_load.cpp": ({"files"}, "takes the rules of a zone from the machine's files, once"),
}
FORGIVEN = re.compile(r"std::terminate\(\)")


def objects(nm: str, archive: str):
    name = None
    text = subprocess.run([nm, "-u", "-C", archive], check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        head = re.match(r"^(?:.*[(/ ])?([\w.+-]+\.o)\)?:$", line)
        if head:
            name = re.sub(r"\.o$", "", head.group(1))
        elif name and (symbol := re.match(r"^\s+[UVvWw]\s+(.*)$", line)):
            yield name, symbol.group(1).split("@")[0]


nm, *archives = sys.argv[1:]
problems, names, used = [], set(), set()
for archive in archives:
    for name, symbol in objects(nm, archive):
        names.add(name)
        if FORGIVEN.fullmatch(symbol):
            continue
        for kind, pattern in FORBIDDEN.items():
            if re.fullmatch(pattern, symbol):
                used.add(name)
                if kind not in MAY.get(name, (set(), ""))[0]:
                    problems.append(f"{name} refers to {symbol} ({kind})")
if not names:
    problems.append("no object was read")
problems += [f"{name} stands in MAY and needs nothing of it" for name in MAY if name in names and name not in used]
finish(sorted(set(problems)), f"{len(names)} objects, {len(used)} of which stand in MAY")
