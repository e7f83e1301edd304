"""Files and functions stay small; a number here is raised only with a reason in the commit."""

from statistics import median

from tests.house.sources import functions, sources

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
# 80 was taken from projects that annotate and document less; 300 and 40 are the ceilings that matter
LINES_OF_THE_MEDIAN_FILE = 100


def test_no_file_is_longer_than_the_limit():
    long = {source.path: source.lines for source in sources() if source.lines > LINES_OF_A_FILE}
    assert long == {}


def test_no_function_is_longer_than_the_limit():
    long = {
        f"{source.path}:{function.lineno} {function.name}": length
        for source in sources()
        for function in functions(source)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_the_median_file_of_the_package_is_short():
    assert median(source.lines for source in sources() if source.within("src")) <= LINES_OF_THE_MEDIAN_FILE
