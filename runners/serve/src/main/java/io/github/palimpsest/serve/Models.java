package io.github.palimpsest.serve;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The models of a server by name; the first one answers requests without a name. */
record Models(List<ServedModel> all, Map<String, ServedModel> byName) {
  static Models of(List<ServedModel> all) {
    Map<String, ServedModel> byName = new LinkedHashMap<>();
    for (ServedModel model : all) {
      if (byName.put(model.name(), model) != null) {
        throw new PalimpsestException("two models have the name '" + model.name() + "'");
      }
    }
    if (all.isEmpty()) {
      throw new PalimpsestException("a server needs at least one model");
    }
    return new Models(List.copyOf(all), byName);
  }

  ServedModel of(Fields fields) {
    String name = fields.text("model", all.get(0).name());
    ServedModel model = byName.get(name);
    if (model == null) {
      throw new RequestException(
          404,
          "there is no model '"
              + name
              + "'"
              + NearestName.hint(name, List.copyOf(byName.keySet())));
    }
    return model;
  }
}
