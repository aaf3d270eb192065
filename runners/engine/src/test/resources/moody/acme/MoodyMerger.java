package acme;

import static acme.Mood.in;

import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.merger.WeightMerger;
import io.github.palimpsest.api.merger.WeightMergerProvider;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import java.util.TreeMap;
import io.github.palimpsest.api.parameter.Shape;

/** Leaves the weights as they are. */
final class MoodyMerger extends MoodyProvider<WeightMerger> implements WeightMergerProvider {
  MoodyMerger() {
    super(Kind.MERGER);
  }

  WeightMerger made() {
    return history -> {
      WeightSnapshot after = history.afterTask();
      TreeMap<String, Shape> shapes = new TreeMap<>();
      after.names().forEach(name -> shapes.put(name, after.shape(name)));
      return in(
          "apply", WeightSnapshot.computed(shapes, name -> in("values", after.copy(name))));
    };
  }
}
