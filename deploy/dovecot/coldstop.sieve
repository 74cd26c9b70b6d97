# Put mail where coldstop's headers say. For servers whose mail comes through the coldstop
# milter: only there are forged headers removed, so only there may they be believed.
#
# Install for everyone, before the users' own scripts (conf.d/90-sieve.conf, then sievec):
#   plugin { sieve_before = /etc/dovecot/sieve/coldstop.sieve }
#
# Acts on one exact word in X-Coldstop-Verdict. `keep`, `tag`, `none` and everything that begins
# with `observe` leave the mail to the user's own script.
require ["fileinto", "mailbox", "variables"];

if header :is :comparator "i;octet" "X-Coldstop-Verdict" ["file", "later", "quarantine", "trash"] {
  set "folder" "";
  if header :is :comparator "i;octet" "X-Coldstop-Verdict" "quarantine" {
    set "folder" "Junk";
  } elsif header :is :comparator "i;octet" "X-Coldstop-Verdict" "trash" {
    set "folder" "Trash";
  }
  if header :matches "X-Coldstop-Folder" "?*" {
    set "folder" "${1}${2}";
  }
  if not string :is "${folder}" "" {
    fileinto :create "${folder}";
    stop;
  }
}
