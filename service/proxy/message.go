package proxy

import "context"

// Direction is which way a message goes.
type Direction uint8

// The directions.
const (
	// Request is from the service to what it depends on.
	Request Direction = iota
	// Answer is what comes back.
	Answer
)

// String gives "request" or "answer".
func (d Direction) String() string {
	if d == Answer {
		return "answer"
	}
	return "request"
}

// Message is what goes through at once.
type Message struct {
	// Conn is the number of the connection in the order in which the proxy accepted them, from 1.
	Conn int64
	// Direction is which way it goes.
	Direction Direction
	// Seq is its place among the messages of its direction on its connection, from 0.
	Seq int64
	// Turn counts how often the direction has changed on this connection: whoever speaks first has turn 0. So where a request
	// has turn n, and nothing is sent before its answer is there, the answer has turn n+1, in however many messages it comes.
	Turn int64
	// Part is its place among the messages of its turn, from 0. How many there are is the network's choice.
	Part int64
	// Bytes are what goes through. They may neither be changed nor kept after Pass.
	Bytes []byte
}

// Gate decides when a message may pass. It is called from many goroutines: one for each direction of each connection.
type Gate interface {
	// Pass returns when the message may pass, and says whether it was held: [Stats] counts those, and for how long. The next
	// message of its direction comes when this one has passed. ctx ends when the connection is over, or the proxy; Pass must
	// then return. An error closes the connection, and the message is lost.
	Pass(ctx context.Context, m Message) (held bool, err error)
}
