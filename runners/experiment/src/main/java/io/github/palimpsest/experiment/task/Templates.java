package io.github.palimpsest.experiment.task;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.YamlMap;
import io.github.palimpsest.experiment.file.YamlScalar;
import io.github.palimpsest.llm.task.JinjaTemplate;
import io.github.palimpsest.llm.task.TextTemplate;
import io.github.palimpsest.llm.task.Texts;
import java.util.List;
import java.util.Optional;

/** The templates in a mapping. */
record Templates(YamlMap map) {
  TextTemplate required(String key) {
    return of(map.required(key));
  }

  Optional<TextTemplate> find(String key) {
    return map.scalar(key).map(Templates::of);
  }

  /** A list of templates, or {@code each: KEYS} for a list in the record. */
  Texts texts(String key) {
    if (map.isMap(key)) {
      YamlMap each = map.requiredMap(key).onlyKeys(List.of("each"));
      return new Texts.Each(each.required("each").nonEmpty());
    }
    List<TextTemplate> all = map.scalars(key).stream().map(Templates::of).toList();
    if (all.isEmpty()) {
      throw map.place(key).error("'" + key + "' has no text");
    }
    return new Texts.Listed(all);
  }

  private static TextTemplate of(YamlScalar written) {
    try {
      return JinjaTemplate.of("the template of '" + written.key() + "'", written.text());
    } catch (PalimpsestException e) {
      throw written.place().error(e);
    }
  }
}
