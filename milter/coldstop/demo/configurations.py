"""The configuration files of the private Postfix and Dovecot (`servers`).

`$NAME` is filled in by `string.Template`; what is unknown there stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN_CF: Final = """\
compatibility_level = 3.6
queue_directory = $DIR/q
data_directory = $DIR/data
maillog_file = $DIR/postfix.log
maillog_file_prefixes = $DIR
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = $HOST
inet_protocols = ipv4
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
myhostname = $DOMAIN
mydomain = $DOMAIN
myorigin = $DOMAIN
smtpd_banner = $DOMAIN ESMTP $TOKEN
mydestination =
local_transport = error:no local delivery
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_mailbox_domains = $DOMAIN
virtual_mailbox_maps = inline:{ $MAILBOXES }
virtual_transport = lmtp:unix:$LMTP_SOCK
recipient_delimiter = +
smtpd_relay_restrictions = reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = $AUTH_SOCK
smtpd_sasl_security_options = noanonymous
smtpd_forbid_bare_newline = yes
smtpd_milters = { $MILTER, default_action=$DEFAULT_ACTION, connect_timeout=5s, command_timeout=10s, content_timeout=20s }
smtpd_client_connection_count_limit = 0
smtpd_client_message_rate_limit = 0
message_size_limit = 41943040
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
transport_retry_time = 1s
"""  # noqa: E501 - one Postfix parameter is one line

MASTER_CF: Final = """\
$HOST:$SMTP_PORT inet n - n - - smtpd
$HOST:$SUBMISSION_PORT inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

QUEUE_FOLDERS: Final[Mapping[str, int]] = {
    "active": 0o700,
    "bounce": 0o700,
    "corrupt": 0o700,
    "defer": 0o700,
    "deferred": 0o700,
    "flush": 0o700,
    "hold": 0o700,
    "incoming": 0o700,
    "private": 0o700,
    "saved": 0o700,
    "trace": 0o700,
    "maildrop": 0o730,
    "public": 0o710,
    "pid": 0o755,
}

DOVECOT_CONF: Final = """\
base_dir = $DIR/run
state_dir = $DIR/state
instance_name = t$IMAP_PORT
log_path = $DIR/dovecot.log
login_greeting = $TOKEN
protocols = imap lmtp
listen = $HOST
default_internal_user = $USER
default_internal_group = $GROUP
default_login_user = $USER
shutdown_clients = yes
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
auth_failure_delay = 0
recipient_delimiter = +
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 50
lda_mailbox_autocreate = yes
lda_mailbox_autosubscribe = yes
lmtp_save_to_detail_mailbox = yes
namespace inbox {
  inbox = yes
  separator = $SEPARATOR
  $PREFIX
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $DIR/users
}
userdb {
  driver = static
  args = uid=$UID gid=$GID home=$DIR/mail/%u
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
  $SIEVE_BEFORE
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@$DOMAIN
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $IMAP_PORT
  }
  inet_listener imaps {
    port = 0
  }
}
service imap-urlauth-login {
  chroot =
}
service lmtp {
  unix_listener $DIR/lmtp.sock {
    mode = 0666
  }
}
service auth {
  unix_listener $DIR/auth.sock {
    mode = 0666
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
"""

# Dovecot 2.4 (Debian 13) reads another language: the same settings in its words.
DOVECOT_24_CONF: Final = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = $DIR/run
state_dir = $DIR/state
instance_name = t$IMAP_PORT
log_path = $DIR/dovecot.log
login_greeting = $TOKEN
protocols = imap lmtp
listen = $HOST
default_internal_user = $USER
default_internal_group = $GROUP
default_login_user = $USER
shutdown_clients = yes
ssl = no
auth_allow_cleartext = yes
auth_mechanisms = plain login
auth_username_format = %{user | username | lower}
auth_failure_delay = 0
recipient_delimiter = +
mail_driver = maildir
mail_path = ~/Maildir
mail_fsync = never
mail_max_userip_connections = 50
lda_mailbox_autocreate = yes
lda_mailbox_autosubscribe = yes
lmtp_save_to_detail_mailbox = yes
namespace inbox {
  inbox = yes
  separator = $SEPARATOR
  $PREFIX
}
passdb passwd-file {
  passwd_file_path = $DIR/users
  default_password_scheme = PLAIN
}
userdb static {
  fields {
    uid = $UID
    gid = $GID
    home = $DIR/mail/%{user}
  }
}
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
$SIEVE_BEFORE
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
  postmaster_address = postmaster@$DOMAIN
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $IMAP_PORT
  }
  inet_listener imaps {
    port = 0
  }
}
service imap-urlauth-login {
  chroot =
}
service lmtp {
  unix_listener $DIR/lmtp.sock {
    mode = 0666
  }
}
service auth {
  unix_listener $DIR/auth.sock {
    mode = 0666
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
"""
