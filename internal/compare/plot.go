package main

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"

	xfont "golang.org/x/image/font"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/lostupdate/stress/internal/contest"
)

// picture is one of the plots of growth: a line for each monitor.
type picture struct {
	file  string // without its ending
	title string
	y     string // what the other axis shows
	of    func(point) float64
	log   bool // the other axis is logarithmic as well
	marks []mark
}

// mark is a line across, with what it means.
type mark struct {
	at   float64
	text string
}

func pictures() []picture {
	return []picture{
		{
			file: "growth-time", title: "Processor time for each operation", y: "ns an operation", log: true,
			of: func(p point) float64 { return p.nanos },
		},
		{
			file: "growth-bytes", title: "Memory allocated for each operation", y: "bytes an operation",
			of: func(p point) float64 { return p.bytes },
		},
		{
			file: "growth-ratio", title: "Beside one sort of the same calls and returns", y: "times one sort", log: true,
			of:    func(p point) float64 { return p.sorts },
			marks: []mark{{1, "one sort"}, {3, "the aim: three"}},
		},
	}
}

const width, height, labels = 22 * vg.Centimeter, 13 * vg.Centimeter, 5.5 * vg.Centimeter

// save draws the picture into a folder, as "svg" or "png".
func (p picture) save(folder, format string, curves []curve) error {
	c, err := draw.NewFormattedCanvas(width, height, format)
	if err != nil {
		return err
	}
	if err := p.draw(draw.New(c), curves); err != nil {
		return fmt.Errorf("%s: %w", p.file, err)
	}
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	out := b.Bytes()
	if format == "svg" {
		// Who looks at it may lack the font that it was measured with; these are as wide.
		out = bytes.ReplaceAll(out, []byte("font-family:Liberation Sans;"),
			[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	}
	return os.WriteFile(filepath.Join(folder, p.file+"."+format), out, 0o644)
}

func (p picture) draw(c draw.Canvas, curves []curve) error {
	// A ground of its own, so that it is the same on a dark page.
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	plotted := p.axes(curves)
	for i, curve := range curves {
		points := make(plotter.XYs, len(curve.points))
		for k, at := range curve.points {
			points[k] = plotter.XY{X: float64(at.ops), Y: p.of(at)}
		}
		line, scatter, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		line.LineStyle, scatter.GlyphStyle = lineOf(i), glyphOf(i)
		plotted.Add(line, scatter)
	}
	area := draw.Crop(c, 4*vg.Millimeter, -labels, 4*vg.Millimeter, -4*vg.Millimeter)
	plotted.Draw(area)
	inner := plotted.DataCanvas(area)
	p.drawMarks(plotted, inner)
	p.drawLabels(plotted, inner, curves)
	return nil
}

// axes gives the plot without its lines.
func (p picture) axes(curves []curve) *plot.Plot {
	plotted := plot.New()
	plotted.Title.Text, plotted.Title.Padding = p.title, 3*vg.Millimeter
	plotted.Title.TextStyle.Font = sans(14)
	plotted.X.Label.Text, plotted.Y.Label.Text = "operations in the history, by 100 clients", p.y
	plotted.X.Scale, plotted.X.Tick.Marker = plot.LogScale{}, powers(curves[0].points)
	for _, axis := range [...]*plot.Axis{&plotted.X, &plotted.Y} {
		axis.Label.TextStyle.Font, axis.Tick.Label.Font = sans(11), sans(10)
		axis.Padding = 2 * vg.Millimeter
	}
	low, high := p.limits(curves)
	plotted.Y.Min, plotted.Y.Max = low, high
	if p.log {
		plotted.Y.Scale, plotted.Y.Tick.Marker = plot.LogScale{}, steps(low, high)
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{215}, color.Gray{215}
	plotted.Add(grid)
	return plotted
}

// limits gives the least and the greatest value of the other axis.
func (p picture) limits(curves []curve) (low, high float64) {
	low, high = math.Inf(1), 0.0
	for _, m := range p.marks {
		high = max(high, m.at)
	}
	for _, c := range curves {
		for _, at := range c.points {
			low, high = min(low, p.of(at)), max(high, p.of(at))
		}
	}
	if !p.log {
		return 0, 1.05 * high
	}
	return max(low, 1e-3) * 0.8, high * 1.25
}

// powers has a tick at each size.
func powers(points []point) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, p := range points {
		ticks = append(ticks, plot.Tick{Value: float64(p.ops), Label: contest.Thousands(p.ops)})
	}
	return ticks
}

// steps has a tick at 1, 2 and 5 of each power of ten.
func steps(low, high float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for power := math.Pow(10, math.Floor(math.Log10(low))); power <= high; power *= 10 {
		for _, x := range [...]float64{1, 2, 5} {
			if at := x * power; at >= low && at <= high {
				ticks = append(ticks, plot.Tick{Value: at, Label: digits(at, 1)})
			}
		}
	}
	return ticks
}

func sans(size font.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size, Style: xfont.StyleNormal}
}

// capital writes a monitor's name as the label of its line.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
