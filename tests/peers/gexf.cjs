// Prints the graph of a GEXF file as graphology reads it.
const fs = require('fs');
const { MultiGraph, MultiDirectedGraph } = require('graphology');
const gexf = require('graphology-gexf');

const text = fs.readFileSync(process.argv[2], 'utf8');
const Graph = text.includes('defaultedgetype="directed"') ? MultiDirectedGraph : MultiGraph;
process.stdout.write(JSON.stringify(gexf.parse(Graph, text).export()));
