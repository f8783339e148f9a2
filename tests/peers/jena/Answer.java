import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.jena.atlas.json.JSON;
import org.apache.jena.atlas.json.JsonArray;
import org.apache.jena.atlas.json.JsonNull;
import org.apache.jena.atlas.json.JsonObject;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.Triple;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryCancelledException;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.Syntax;
import org.apache.jena.query.TxnType;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.lang.LabelToNode;
import org.apache.jena.sparql.core.DatasetGraph;
import org.apache.jena.sparql.core.DatasetGraphFactory;
import org.apache.jena.sparql.core.Var;
import org.apache.jena.sparql.engine.binding.Binding;
import org.apache.jena.sparql.engine.ref.QueryEngineRef;
import org.apache.jena.sys.JenaSystem;

/**
 * Jena as an oracle: a line of JSON comes in with a dataset and a query, a line with the answer goes out.
 *
 * <p>Request: {@code {"data": N-Quads, "query": SPARQL}}. Response: {@code {"variables": […], "rows":
 * [[term or null, …], …]}}, {@code {"truth": …}}, {@code {"triples": [[s, p, o], …]}} {@code {"error":
 * …}}, or {@code {"cancelled": true}} where it takes too long.
 * Terms are those of the JSON format of results; blank nodes keep the labels of the data.
 *
 * <p>The dataset is Jena's transactional one in memory, which finds terms; its older graph in memory finds
 * values. The engine is the reference one, which evaluates the algebra of the specification as it stands,
 * without any optimisation.
 */
public final class Answer {
    /** Most datasets kept, since several queries are asked of each. */
    private static final int DATASETS = 64;
    /** Milliseconds a query may take. */
    private static final long TIMEOUT = 10_000;

    private static final Map<String, DatasetGraph> datasets =
            new LinkedHashMap<>(DATASETS, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, DatasetGraph> eldest) {
                    return size() > DATASETS;
                }
            };

    public static void main(String[] arguments) throws Exception {
        JenaSystem.init();
        QueryEngineRef.register();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonObject response;
            try {
                JsonObject request = JSON.parse(line);
                response = answer(request.getString("data"), request.getString("query"));
            } catch (QueryCancelledException error) {
                response = new JsonObject();
                response.put("cancelled", true);
            } catch (Exception | StackOverflowError error) {
                response = new JsonObject();
                response.put("error", error.getClass().getSimpleName() + ": " + error.getMessage());
            }
            out.println(JSON.toStringFlat(response));
            out.flush();
        }
    }

    private static JsonObject answer(String data, String text) {
        DatasetGraph dataset = datasets.computeIfAbsent(data, Answer::read);
        Query query = QueryFactory.create(text, Syntax.syntaxSPARQL_11);
        JsonObject response = new JsonObject();
        dataset.begin(TxnType.READ);
        try (QueryExecution run =
                QueryExecution.dataset(DatasetFactory.wrap(dataset))
                        .query(query)
                        .timeout(TIMEOUT)
                        .build()) {
            if (query.isAskType()) {
                response.put("truth", run.execAsk());
            } else if (query.isConstructType()) {
                JsonArray triples = new JsonArray();
                for (Iterator<Triple> found = run.execConstructTriples(); found.hasNext(); ) {
                    Triple triple = found.next();
                    JsonArray row = new JsonArray();
                    for (Node node : List.of(triple.getSubject(), triple.getPredicate(), triple.getObject())) {
                        row.add(written(node));
                    }
                    triples.add(row);
                }
                response.put("triples", triples);
            } else {
                rows(response, run, query.getResultVars());
            }
        } finally {
            dataset.end();
        }
        return response;
    }

    private static void rows(JsonObject response, QueryExecution run, List<String> names) {
        JsonArray variables = new JsonArray();
        names.forEach(variables::add);
        JsonArray rows = new JsonArray();
        List<Var> columns = new ArrayList<>(Var.varList(names));
        var solutions = run.execSelect();
        while (solutions.hasNext()) {
            Binding solution = solutions.nextBinding();
            JsonArray row = new JsonArray();
            for (Var column : columns) {
                Node node = solution.get(column);
                if (node == null) {
                    row.add(JsonNull.instance);
                } else {
                    row.add(written(node));
                }
            }
            rows.add(row);
        }
        response.put("variables", variables);
        response.put("rows", rows);
    }

    private static DatasetGraph read(String data) {
        DatasetGraph dataset = DatasetGraphFactory.createTxnMem();
        dataset.begin(TxnType.WRITE);
        RDFParser.fromString(data)
                .lang(Lang.NQUADS)
                .labelToNode(LabelToNode.createUseLabelAsGiven())
                .checking(false)
                .parse(dataset);
        dataset.commit();
        dataset.end();
        return dataset;
    }

    /** A term as the JSON format of results has it. */
    private static JsonObject written(Node node) {
        JsonObject term = new JsonObject();
        if (node.isURI()) {
            term.put("type", "uri");
            term.put("value", node.getURI());
        } else if (node.isBlank()) {
            term.put("type", "bnode");
            term.put("value", node.getBlankNodeLabel());
        } else {
            term.put("type", "literal");
            term.put("value", node.getLiteralLexicalForm());
            if (node.getLiteralLanguage().isEmpty()) {
                term.put("datatype", node.getLiteralDatatypeURI());
            } else {
                term.put("xml:lang", node.getLiteralLanguage());
            }
        }
        return term;
    }
}
