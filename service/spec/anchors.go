package spec

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// mostNodes is more than any description has once its aliases are written out.
const mostNodes = 100_000

// expansion finds out how large a file is with its aliases written out, before anybody does so: a few lines of aliases to aliases
// would fill the memory.
type expansion struct {
	sizes  map[string]int // of what anchors stand before
	within map[string]bool
	bad    *token.Token // an alias to what it is in, or of one too many
	why    string
}

// expand says which alias can't be written out, and why; nil if all can.
func expand(root ast.Node) (at *token.Token, why string) {
	e := &expansion{sizes: map[string]int{}, within: map[string]bool{}}
	e.size(root)
	return e.bad, e.why
}

func (e *expansion) size(node ast.Node) int {
	n := 1
	switch node := node.(type) {
	case *ast.MappingNode:
		for _, pair := range node.Values {
			n += e.size(pair)
		}
	case *ast.MappingValueNode:
		n += e.size(node.Value)
	case *ast.SequenceNode:
		for _, item := range node.Values {
			n += e.size(item)
		}
	case *ast.TagNode:
		n += e.size(node.Value)
	case *ast.AnchorNode:
		name := node.Name.GetToken().Value
		e.within[name] = true
		n += e.size(node.Value)
		e.within[name], e.sizes[name] = false, n
	case *ast.AliasNode:
		name := node.Value.GetToken().Value
		if n += e.sizes[name]; e.within[name] {
			e.refuse(node, "the alias is within what it stands for")
		}
	}
	if n > mostNodes {
		e.refuse(node, "with its aliases written out, this is too large for a description of a service")
		n = mostNodes // so that it does not overflow
	}
	return n
}

func (e *expansion) refuse(node ast.Node, why string) {
	if e.bad == nil {
		e.bad, e.why = firstToken(node), why
	}
}

// bare is a node without its anchor and its tag.
func bare(node ast.Node) ast.Node {
	for {
		switch n := node.(type) {
		case *ast.AnchorNode:
			node = n.Value
		case *ast.TagNode:
			node = n.Value
		default:
			return node
		}
	}
}
