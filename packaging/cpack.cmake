# CPack's settings for what packaging/release has staged: one .deb or .rpm of the directory WEIR_STAGE, which holds the file
# tree as it is installed, /usr and all. WEIR_VERSION and what follows come from the environment: what -D says, cpack sets only
# when it has read this.
set(CPACK_PACKAGE_NAME weir)
set(CPACK_PACKAGE_VERSION $ENV{WEIR_VERSION})
set(CPACK_PACKAGE_VENDOR "weir")
set(CPACK_PACKAGE_CONTACT "The weir maintainers <maintainers@weir.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "run many command lines at once, bounded and drained")
set(CPACK_PACKAGE_DESCRIPTION
"weir runs the command lines, items or jobs of a manifest that it is given,
at most so many at once, with their output whole and in order, and leaves
nothing behind when it is stopped. It stands in for xargs -P, GNU parallel
and sem, also in scripts that stay as they are, takes its turns from make's
job server, and writes records for CI servers.")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_INSTALLED_DIRECTORIES "$ENV{WEIR_STAGE};/")
set(CPACK_PACKAGE_DIRECTORY $ENV{WEIR_OUTPUT})
set(CPACK_TOPLEVEL_TAG $ENV{WEIR_OUTPUT})
# Already stripped, by the tools of its own processor.
set(CPACK_STRIP_FILES OFF)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE $ENV{WEIR_DEBIAN_ARCHITECTURE})
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_ARCHITECTURE $ENV{WEIR_RPM_ARCHITECTURE})
set(CPACK_RPM_PACKAGE_LICENSE Apache-2.0)
set(CPACK_RPM_PACKAGE_GROUP Applications/System)
set(CPACK_RPM_PACKAGE_AUTOREQPROV OFF)
# Directories that every system has are not ours.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
  /usr/bin /usr/share /usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/doc
  /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/fish/vendor_functions.d /usr/share/man /usr/share/man/man1
  /usr/share/man/man5 /usr/share/zsh /usr/share/zsh/site-functions /usr/share/zsh/vendor-completions)
# The same bytes for the same sources: no name of this machine, no time of this build, and xz, which every rpm reads.
set(CPACK_RPM_SPEC_MORE_DEFINE
"%define _buildhost reproducible
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _binary_payload w9.xzdio
%define __os_install_post %{nil}
%define _build_id_links none")
