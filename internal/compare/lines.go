package main

import (
	"cmp"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is that of Okabe & Ito ("Color universal design", 2008), which people with any kind of colour vision can tell
// apart, without its yellow, which is too pale on white.
func palette() []color.Color {
	rgb := func(r, g, b uint8) color.Color { return color.NRGBA{r, g, b, 255} }
	return []color.Color{
		rgb(0, 114, 178), rgb(213, 94, 0), rgb(0, 158, 115), rgb(204, 121, 167), rgb(230, 159, 0), rgb(86, 180, 233),
		rgb(0, 0, 0),
	}
}

// lineOf is the line of the i-th monitor. Those that share a colour differ in the dashes, and in the mark at each point.
func lineOf(i int) draw.LineStyle {
	style := draw.LineStyle{Color: palette()[i%len(palette())], Width: vg.Points(2)}
	if i >= len(palette()) {
		style.Dashes = []vg.Length{vg.Points(6), vg.Points(3)}
	}
	return style
}

func glyphOf(i int) draw.GlyphStyle {
	shapes := [...]draw.GlyphDrawer{
		draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.SquareGlyph{}, draw.RingGlyph{},
	}
	return draw.GlyphStyle{Color: palette()[i%len(palette())], Radius: vg.Points(3.2), Shape: shapes[i%len(shapes)]}
}

// label is the name of a line, beside where the line ends.
type label struct {
	curve int
	y     vg.Length
}

// drawLabels writes the name of each line at its end, so that nobody has to look for its colour in a list.
func (p picture) drawLabels(plotted *plot.Plot, inner draw.Canvas, curves []curve) {
	_, place := plotted.Transforms(&inner)
	all := make([]label, len(curves))
	for i, c := range curves {
		all[i] = label{i, place(p.of(c.points[len(c.points)-1]))}
	}
	slices.SortFunc(all, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	ends := make([]vg.Length, len(all))
	for i := range all {
		ends[i] = all[i].y
	}
	apart(all, vg.Points(14), inner.Min.Y, inner.Max.Y)
	right := inner.Max.X
	for i, l := range all {
		sample := right + 7*vg.Millimeter
		thin := draw.LineStyle{Color: lineOf(l.curve).Color, Width: vg.Points(0.6)}
		inner.StrokeLine2(thin, right+vg.Points(4), ends[i], sample, l.y)
		inner.StrokeLine2(lineOf(l.curve), sample, l.y, sample+9*vg.Millimeter, l.y)
		inner.DrawGlyphNoClip(glyphOf(l.curve), vg.Point{X: sample + 4.5*vg.Millimeter, Y: l.y})
		inner.FillText(p.style(plotted), vg.Point{X: sample + 10.5*vg.Millimeter, Y: l.y + vg.Points(1)}, capital(curves[l.curve].name))
	}
}

func (p picture) style(plotted *plot.Plot) text.Style {
	style := plotted.Legend.TextStyle
	style.Font, style.XAlign, style.YAlign = sans(10), text.XLeft, text.YCenter
	return style
}

// apart moves labels, which are in order, so far from each other that they can be read, as little as it takes.
func apart(all []label, gap, low, high vg.Length) {
	for range 200 {
		for i := 1; i < len(all); i++ {
			if lack := gap - (all[i].y - all[i-1].y); lack > 0 {
				all[i-1].y -= lack / 2
				all[i].y += lack / 2
			}
		}
		all[0].y = max(all[0].y, low)
		all[len(all)-1].y = min(all[len(all)-1].y, high)
	}
}

// drawMarks draws lines across.
func (p picture) drawMarks(plotted *plot.Plot, inner draw.Canvas) {
	_, place := plotted.Transforms(&inner)
	style := p.style(plotted)
	style.Color, style.YAlign = color.Gray{90}, text.YBottom
	for _, m := range p.marks {
		y := place(m.at)
		line := draw.LineStyle{Color: color.Gray{90}, Width: vg.Points(1), Dashes: []vg.Length{vg.Points(2), vg.Points(2)}}
		inner.StrokeLine2(line, inner.Min.X, y, inner.Max.X, y)
		inner.FillText(style, vg.Point{X: inner.Min.X + vg.Points(4), Y: y + vg.Points(2)}, m.text)
	}
}
