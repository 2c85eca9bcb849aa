"""Write .env for docker-compose.yaml, if there is none."""

import sys

from include.deploy.env_file import demo_values, env_text, write_new
from include.local.home import PROJECT


def main() -> int:
    """Run the program; gives its exit status."""
    path = PROJECT / ".env"
    if not write_new(path, env_text(demo_values())):
        print(
            ".env is there already and was left as it is. What runs has its secrets: new ones need new volumes\n"
            "(docker compose down --volumes), or, one by one, what docs/deploy/compose.md says"
        )
        return 0
    print("Wrote .env, for you alone to read. Now: docker compose --profile demo up")
    print("Then http://127.0.0.1:8080, login admin, with the ADMIN_PASSWORD in .env")
    return 0


if __name__ == "__main__":
    sys.exit(main())
