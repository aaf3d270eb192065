package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.TreeMap;
import io.github.palimpsest.api.parameter.Shape;

/** Leaves the weights as they are. */
final class MoodyMerger extends MoodyProvider<Merger> implements MergerProvider {
  MoodyMerger() {
    super(Kind.MERGER);
  }

  Merger made() {
    return history -> {
      WeightSnapshot after = history.afterTask();
      TreeMap<String, Shape> shapes = new TreeMap<>();
      after.names().forEach(name -> shapes.put(name, after.shape(name)));
      return in(
          "apply", WeightSnapshot.computed(shapes, name -> in("values", after.copy(name))));
    };
  }
}
