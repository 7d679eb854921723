/** A certificate for `localhost` that signs itself, and its key: known to everybody, for servers in tests only. */
export const LOCALHOST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUCSsoSD5GRVfGVSKyWfhPbeFKwpswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIyMTgxN1oYDzIxMjYxMTAx
MjIxODE3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQM0Z4Kc32/mZz99Fpt6AVSR3X1ZGtUmjl6Le/zbQBC3xBaQMofFGQ5
5kFaiu5mbLLnSV4iaI3GikP2iaHcLes8o28wbTAdBgNVHQ4EFgQUMlSizB24xuMi
zQoraC06h5nfybEwHwYDVR0jBBgwFoAUMlSizB24xuMizQoraC06h5nfybEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhALGM/hbi1By1a+lySxdrhfTHv1FZxL//ABJOklOd+fJvAiBB
wf4MJ0TlbbNVgwRdmuUBino5Zr73Dn3N8/qV/j5A5A==
-----END CERTIFICATE-----
`;

// secretlint-disable-next-line -- of a server that tests start on this machine
export const LOCALHOST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLYMHSATkYwoahghT
ppsj/pyIWwSxAZsqOJmoa2BAgqihRANCAAQM0Z4Kc32/mZz99Fpt6AVSR3X1ZGtU
mjl6Le/zbQBC3xBaQMofFGQ55kFaiu5mbLLnSV4iaI3GikP2iaHcLes8
-----END PRIVATE KEY-----
`;
