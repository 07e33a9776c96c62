import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.jena.graph.Graph;
import org.apache.jena.query.Dataset;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdf.model.Resource;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.lang.LabelToNode;
import org.apache.jena.riot.system.ErrorHandlerFactory;
import org.apache.jena.sparql.graph.GraphFactory;
import org.topbraid.jenax.util.ARQFactory;
import org.topbraid.shacl.engine.ShapesGraph;
import org.topbraid.shacl.engine.ShapesGraphFactory;
import org.topbraid.shacl.validation.ValidationEngine;
import org.topbraid.shacl.validation.ValidationEngineConfiguration;
import org.topbraid.shacl.validation.ValidationEngineFactory;
import org.topbraid.shacl.validation.ValidationUtil;

/**
 * Validates pairs of graphs until its input ends.
 *
 * <p>In: the shapes in N-Triples (none: those of the pair before), a line {@code --}, the data, a line {@code ==}.
 * Out: the report in N-Triples, or a line {@code !! what went wrong}; then a line {@code ==}.
 */
public final class Validate {
    private static final URI SHAPES = URI.create("urn:shapes");
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final PrintStream out;
    private Model shapes = ModelFactory.createDefaultModel();
    private ShapesGraph compiled;

    private Validate(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err); // TopBraid prints warnings
        Validate loop = new Validate(answers);
        for (String text = loop.until("--"); text != null; text = loop.until("--")) {
            loop.answer(text, loop.until("=="));
        }
    }

    private String until(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals(end)) {
                return text.toString();
            }
            text.append(line).append('\n');
        }
        return null;
    }

    private void answer(String shapesText, String dataText) {
        try {
            if (!shapesText.isEmpty()) {
                compile(shapesText);
            }
            StringWriter report = new StringWriter();
            RDFDataMgr.write(report, report(read(dataText)), Lang.NTRIPLES);
            out.print(report);
        } catch (Exception | StackOverflowError error) {
            out.println("!! " + error.toString().replace('\n', ' '));
        }
        out.println("==");
        out.flush();
    }

    private void compile(String text) {
        compiled = null;
        shapes = ValidationUtil.ensureToshTriplesExist(read(text));
        compiled = ShapesGraphFactory.get().createShapesGraph(shapes);
    }

    private Model report(Model data) throws InterruptedException {
        Dataset dataset = ARQFactory.get().getDataset(data);
        dataset.addNamedModel(SHAPES.toString(), shapes);
        ValidationEngine engine = ValidationEngineFactory.get().create(dataset, SHAPES, compiled, null);
        engine.setConfiguration(new ValidationEngineConfiguration().setValidateShapes(false));
        Resource report = engine.validateAll();
        return report.getModel();
    }

    /** Terms stay as they are written: Jena's usual graph would take 01 and 1 for one. */
    private static Model read(String text) {
        Graph graph = GraphFactory.createGraphMem();
        RDFParser.create()
            .source(new StringReader(text))
            .lang(Lang.NTRIPLES)
            .labelToNode(LabelToNode.createUseLabelAsGiven())
            .checking(false)
            .errorHandler(ErrorHandlerFactory.errorHandlerNoWarnings)
            .parse(graph);
        return ModelFactory.createModelForGraph(graph);
    }
}
