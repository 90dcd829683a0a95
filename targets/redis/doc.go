// Package redis has the strategies on Redis and what speaks its protocol, or on a server inside this process.
//
// Every client has one connection, which is never replaced behind its back: go-redis' retries, pools and silent
// reconnects are off, since they repeat what may have been applied and hide what the server said. All keys begin with
// "stress:" and a random name; Close deletes exactly these.
package redis
