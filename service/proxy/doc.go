// Package proxy stands between a service and what it depends on, its Redis or its PostgreSQL, and decides when what goes
// through may pass. A service that reads, thinks and writes loses an update only if somebody comes in between; on a fast
// network hardly anybody does. Where answers are held, the gap grows, and the race shows.
//
//	upstream, dsn, err := proxy.Redirect(os.Getenv("DATABASE_URL"), "127.0.0.1:6000")
//	p, err := proxy.Start(ctx, proxy.Config{
//		Upstream: upstream, Listen: "127.0.0.1:6000", Gate: proxy.Delay(2*time.Millisecond, seed),
//	})
//	defer p.Close()
//	// The service is started with DATABASE_URL=dsn.
//
// # What holds
//
// All bytes come through, in their order. A direction carries one message at a time, of 32 kB at most: while its [Gate] holds
// it, nothing more is read, so that memory is bounded and whoever sends is slowed down as by a slow network. The other
// direction goes on. So answers to pipelined requests queue behind the one that is held. A side that ends its sending and
// still reads (half-close) is seen so by the other; a connection that breaks on one side is closed on the other. A client that
// has closed its connection can't be told from one that has only ended its sending: what is held for it is held on. Nagle's
// algorithm is off on both sides, as package net has it.
//
// A gate sees what is on the wire. Under TLS that is nothing but the time and the direction, which is enough for [Delay].
// And a driver that is told other addresses by its server, as of a cluster, a sentinel or a replica set, goes round the proxy.
//
// # Whose work it is
//
// Accepting, dialing, pairing and half-close are those of github.com/inetaf/tcpproxy, which has no dependencies of its own and
// hooks for all that is ours: the connections, from whose reading messages are made (side.go). The better known
// github.com/Shopify/toxiproxy/v2 (2.5.0) was tried first, and can't carry this: it closes the whole connection when one side
// ends its sending; a client that leaves while an answer is under way leaves goroutines behind that stop for good, as they
// send on channels that nobody reads (ToxicLink.write returns, ToxicStub does not); Stop waits for no connection; it dials in
// the loop that accepts, without a context; and its toxics are made by reflection from a registry of the whole process and
// from JSON, so that they can be handed no gate and are not told of which connection they are. With its own it is
// 59 packages.
//
// # Messages of a protocol, and holding their order
//
// For now a message is what one read gives, and [Message.Turn] and [Message.Part] say where requests and answers begin, which
// is true of every protocol that asks and answers. A framer, that knows a protocol's frames (RESP's replies, PostgreSQL's
// messages by their length), belongs into side.Read: it reads from the connection into a buffer of its own, hands the gate one
// whole frame, and then gives it away, in as many pieces as the caller's buffer asks for; nothing else changes. What it reads
// must be in plain text, and it must let through what it does not know.
//
// An explorer is a [Gate]. Each call of Pass is a message that could go next, named by its connection, its direction and its
// Seq; to explore is to let one of those return. Holding requests decides in which order they take effect, holding answers
// what is known when. It must not wait for a message that can only come after one that it holds, and who that is only the
// service knows: so it decides when nothing has moved for a while, or when as many messages are held as there are clients.
package proxy
