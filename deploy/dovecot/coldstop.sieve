# Put mail where coldstop's headers say. For servers whose mail comes through the coldstop
# milter: only there are forged headers removed, so only there may they be believed.
#
# Install for everyone, before the users' own scripts (conf.d/90-sieve.conf, then sievec):
#   plugin { sieve_before = /etc/dovecot/sieve/coldstop.sieve }
#
# X-Coldstop-Folder names the folder as this server has it, if folder_separator and folder_prefix in
# coldstop.yaml are those of the namespace here (`doveconf namespace`). Nothing is changed below.
#
# Acts on one exact word in X-Coldstop-Verdict. `keep`, `tag`, `none` and everything that begins
# with `observe` leave the mail to the user's own script.
require ["fileinto", "mailbox", "variables"];

if allof(
  header :is :comparator "i;octet" "X-Coldstop-Verdict" ["file", "later", "quarantine", "trash"],
  header :matches "X-Coldstop-Folder" "?*"
) {
  fileinto :create "${1}${2}";
  stop;
}
