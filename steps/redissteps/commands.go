package redissteps

import "github.com/redis/go-redis/v9"

// administerAll says that a pipeline only sets a connection up, as go-redis does when it has connected.
func administerAll(all []redis.Cmder) bool {
	for _, c := range all {
		if !administers(c.Name()) {
			return false
		}
	}
	return true
}

// administers says of a command that it is about the connection or the server, and not about data.
func administers(command string) bool {
	switch command {
	case "auth", "client", "command", "echo", "hello", "info", "ping", "quit", "readonly", "readwrite", "reset", "select":
		return true
	}
	return false
}

// firstIsKey says of a command that its first argument is a key.
func firstIsKey(command string) bool {
	switch command {
	case // Strings
		"append", "decr", "decrby", "digest", "get", "getbit", "getdel", "getex", "getrange", "getset", "incr", "incrby",
		"incrbyfloat", "lcs", "mget", "mset", "msetnx", "psetex", "set", "setbit", "setex", "setnx", "setrange", "strlen",
		"substr", "bitcount", "bitfield", "bitfield_ro", "bitpos", "delex",
		// Keys
		"copy", "del", "dump", "exists", "expire", "expireat", "expiretime", "persist", "pexpire", "pexpireat", "pexpiretime",
		"pttl", "rename", "renamenx", "restore", "sort", "sort_ro", "touch", "ttl", "type", "unlink", "watch", "move",
		// Hashes
		"hdel", "hexists", "hexpire", "hexpireat", "hexpiretime", "hget", "hgetall", "hgetdel", "hgetex", "hincrby",
		"hincrbyfloat", "hkeys", "hlen", "hmget", "hmset", "hpersist", "hpexpire", "hpexpireat", "hpexpiretime", "hpttl",
		"hrandfield", "hscan", "hset", "hsetex", "hsetnx", "hstrlen", "httl", "hvals",
		// Lists
		"blmove", "blpop", "brpop", "brpoplpush", "lindex", "linsert", "llen", "lmove", "lpop", "lpos", "lpush", "lpushx",
		"lrange", "lrem", "lset", "ltrim", "rpop", "rpoplpush", "rpush", "rpushx",
		// Sets
		"sadd", "scard", "sdiff", "sdiffstore", "sinter", "sinterstore", "sismember", "smembers", "smismember", "smove",
		"spop", "srandmember", "srem", "sscan", "sunion", "sunionstore",
		// Sorted sets
		"bzpopmax", "bzpopmin", "zadd", "zcard", "zcount", "zdiffstore", "zincrby", "zinterstore", "zlexcount", "zmscore",
		"zpopmax", "zpopmin", "zrandmember", "zrange", "zrangebylex", "zrangebyscore", "zrangestore", "zrank", "zrem",
		"zremrangebylex", "zremrangebyrank", "zremrangebyscore", "zrevrange", "zrevrangebylex", "zrevrangebyscore", "zrevrank",
		"zscan", "zscore", "zunionstore",
		// Streams
		"xack", "xadd", "xautoclaim", "xclaim", "xdel", "xlen", "xpending", "xrange", "xrevrange", "xtrim",
		// Others
		"geoadd", "geodist", "geohash", "geopos", "geosearch", "geosearchstore", "pfadd", "pfcount", "pfmerge",
		"json.get", "json.set", "json.del", "json.numincrby", "json.merge":
		return true
	}
	return false
}

// secondIsKey says of a command that its first argument is an operation or a number, and its second a key.
func secondIsKey(command string) bool {
	switch command {
	case "bitop", "lmpop", "object", "sintercard", "xgroup", "xinfo", "zdiff", "zinter", "zintercard", "zmpop", "zunion":
		return true
	}
	return false
}

// runsScript says of a command that it has a script or its name, the number of keys, and the keys.
func runsScript(command string) bool {
	switch command {
	case "eval", "eval_ro", "evalsha", "evalsha_ro", "fcall", "fcall_ro":
		return true
	}
	return false
}
