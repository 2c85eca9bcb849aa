"""`make bench-start` runs a fetch by Airflow's own task runner: it has to be told whatever that asks for."""

from include.bench.starts import measured


def test_a_fetch_and_the_dag_file_are_measured() -> None:
    """Of the package, of Arrow and of botocore a fetch imports nothing, since the process it is forked from has."""
    imports, fetch, *dag_files = measured(1)
    assert imports["modules"] == len(imports["names"])
    assert not {name.partition(".")[0] for name in imports["names"]} & {"insider_web_push", "pyarrow", "botocore"}
    assert fetch["cpu_s"] > 0
    assert [(row["what"], row["accounts"]) for row in dag_files] == [
        ("dag_file", "1"), ("dag_file", "50"), ("dag_files", "50")
    ]  # fmt: skip
