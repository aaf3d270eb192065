package ${package};

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataFormatProvider;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/**
 * Records with {@code source} and {@code target}: a sentence and its translation.
 *
 * @param arrow what stands between them
 */
record ${className}(String arrow) implements DataFormat {
  private static final Setting<Boolean> LINE =
      Setting.flag("line", true, "whether the translation stands on a line of its own");

  /** Its name at a data set, its settings with their defaults, and where it is from. */
  static final DataFormatProvider PROVIDER =
      DataFormatProvider.of(
              "${id}", "A sentence and its translation", "context = source; target = target")
          .settings(LINE)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Sutskever et al. 2014, Sequence to sequence (arXiv:1409.3215)"))
          .creates(s -> new ${className}(s.get(LINE) ? "\n" : " = "));

  @Override
  public DataFormat.Gives gives() {
    return DataFormat.Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of("source", "target");
  }

  @Override
  public String example() {
    return "{\"source\": \"two cats\", \"target\": \"zwei Katzen\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    return TextExample.answer(record.text("source") + arrow, record.text("target"));
  }
}
