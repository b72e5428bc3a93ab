#!/usr/bin/env python3
"""What the binaries are made of, as SPDX 2.3 in JSON: weir and the libraries that are linked into it, with their licences.

    sbom.py VERSION SECONDS < FILES > weir.spdx.json

SECONDS since 1970 is the release's time. FILES: what sha256sum printed for the release's files. The versions are those of the
packages of this machine. The same input gives the same bytes.
"""
import datetime
import hashlib
import json
import re
import subprocess
import sys

# Debian's package, name, supplier, licence (SPDX identifiers), home.
LIBRARIES = [
    ("libboost1.81-dev", "Boost", "The Boost authors", "BSL-1.0", "https://www.boost.org/"),
    ("libcli11-dev", "CLI11", "Henry Schreiner", "BSD-3-Clause", "https://github.com/CLIUtils/CLI11"),
    ("libfmt-dev", "fmt", "Victor Zverovich", "MIT", "https://fmt.dev/"),
    ("libre2-dev", "RE2", "The RE2 Authors", "BSD-3-Clause", "https://github.com/google/re2"),
    ("libtomlplusplus-dev", "toml++", "Mark Gillard", "MIT", "https://marzer.github.io/tomlplusplus/"),
    ("libc6-dev", "glibc", "Free Software Foundation", "LGPL-2.1-or-later", "https://www.gnu.org/software/libc/"),
    ("libstdc++-12-dev", "libstdc++", "Free Software Foundation", "GPL-3.0-or-later WITH GCC-exception-3.1",
     "https://gcc.gnu.org/"),
]


def package_version(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], check=True, capture_output=True,
                          text=True).stdout


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def library(package, name, supplier, licence, home):
    version = package_version(package)
    return {
        "SPDXID": identifier(name), "name": name, "versionInfo": version, "supplier": f"Organization: {supplier}",
        "downloadLocation": home, "filesAnalyzed": False, "licenseConcluded": licence, "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": f"pkg:deb/debian/{package.replace('+', '%2B')}@{version.replace('+', '%2B')}"}],
    }


def released_file(line):
    digest, name = line.split(maxsplit=1)
    name = name.lstrip("*").rstrip("\n")
    return {"SPDXID": identifier("File-" + name), "fileName": "./" + name, "licenseConcluded": "NOASSERTION",
            "copyrightText": "NOASSERTION", "checksums": [{"algorithm": "SHA1", "checksumValue": sha1(name)},
                                                          {"algorithm": "SHA256", "checksumValue": digest}]}


def sha1(name):  # SPDX 2.3, 8.4: every file has one
    with open(name, "rb") as f:
        return hashlib.sha1(f.read()).hexdigest()


def main():
    version, seconds = sys.argv[1], int(sys.argv[2])
    files = [released_file(line) for line in sys.stdin]
    libraries = [library(*row) for row in LIBRARIES]
    weir = {
        "SPDXID": "SPDXRef-weir", "name": "weir", "versionInfo": version, "supplier": "Organization: The weir authors",
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
    }
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-weir")]
    relations += [("SPDXRef-weir", "STATIC_LINK", one["SPDXID"]) for one in libraries]
    relations += [(one["SPDXID"], "GENERATED_FROM", "SPDXRef-weir") for one in files]
    digests = hashlib.sha256("".join(one["checksums"][1]["checksumValue"] for one in files).encode()).hexdigest()
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"weir-{version}",
        "documentNamespace": f"https://weir.invalid/spdx/weir-{version}-{digests[:16]}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: packaging/sbom.py"]},
        "packages": [weir, *libraries], "files": files,
        "relationships": [{"spdxElementId": a, "relationshipType": how, "relatedSpdxElement": b} for a, how, b in relations],
    }
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
