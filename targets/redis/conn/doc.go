// Package conn is what stores in Redis have in common, whatever they hold: the connections to it and to what speaks its
// protocol, or to a server inside this process, and the keys under one name. The stores, with their strategies, are packages
// beside this one: rediscells, and rediskeys, which is the shortest.
//
// Every client has one connection, which is never replaced behind its back: go-redis' retries, pools and silent
// reconnects are off, since they repeat what may have been applied and hide what the server said. All keys begin with
// "stress:" and a random name; Close deletes exactly these.
//
// # Writing a store
//
// A store embeds a [Base], and its Setup says which keys there may be:
//
//	type store struct{ *conn.Base }
//
//	b := conn.NewBase(dsn)                        // "": a server in this process
//	err := b.Begin(ctx)                           // connects
//	names := b.Names()
//	names.Key("lock", 7); names.Single("queue"); names.Keys("cell", n)
//	err := b.Create(ctx, names.Keys("cell", n), values)    // numbers that are there from the start
//	b.Own(names.Single("queue"))                  // what comes later, before it is made: Close deletes it
//	over, err := b.Control(ctx)                   // for what else Setup makes, by RoundTrip
//
// Its Open gives a session with a [Link], by b.Link(ctx); the session's Close closes it. An operation takes one [Conn] from the
// link, which waits out an outage, and keeps to it:
//
//	over, err := s.link.Wait(ctx)                 // an error: return harness.NotApplied(err)
//
// A round trip is a step. What it is decides what its error means, and the error can be returned as it is:
//
//	v, err := conn.Look(ctx, over, "read value", func(ctx context.Context, c *redis.Client) (string, error) {
//		return c.Get(ctx, key).Result()
//	})                                            // changes nothing that counts (a read, a lock): not applied
//	v, err := conn.Commit(ctx, over, "write value", ask)   // not applied only if the server's reply proves it
//	all, err := conn.Values(ctx, over, "read value", keys) // GET or MGET of whole numbers
//	err := conn.Watch(ctx, over, keys...)         // then conn.Unwatch(ctx, over), or
//	err := conn.Exec(ctx, over, func(ctx context.Context, p redis.Pipeliner) error { … })
//
// After a Commit or an Exec that may have been applied, no later error of the operation may be returned as one of Look's. Where
// nil is an answer, as of GET, ask turns redis.Nil into one. [Conflicted] is what [harness.Retry] takes after an Exec under a
// Watch. A script is sent whole, by EVAL in a Commit: it checks first and writes last, so that one that fails has written
// nothing; [NeedKeys] begins one whose keys must be there. A second connection of a client is [Link.Another].
package conn
