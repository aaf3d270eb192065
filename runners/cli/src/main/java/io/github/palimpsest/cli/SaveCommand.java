package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.cli.card.CellCard;
import io.github.palimpsest.cli.option.CellsOptions;
import io.github.palimpsest.cli.option.SavedType;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.execution.probe.ProbeRun;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.experiment.subject.Subjects;
import io.github.palimpsest.llm.peft.PeftDirectory;
import io.github.palimpsest.results.folder.CellResult;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.NewFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code save}: the model of a finished cell as a folder. */
@Command(
    name = "save",
    description =
        "Saves the model that a finished cell trained, after its last task and its mergers, as a new"
            + " folder: a language model as a Hugging Face directory, with an adapter merged into"
            + " it; a classifier as a folder for 'classify'.",
    mixinStandardHelpOptions = true)
final class SaveCommand implements Callable<Integer> {
  @Mixin CellsOptions chosen = new CellsOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "the target folder; must not exist yet")
  Path out = Path.of("");

  @Option(
      names = "--adapter-out",
      paramLabel = "DIR",
      description = "a new folder for the adapter alone, in PEFT's format")
  @Nullable Path adapterOut;

  @Mixin SavedType saved = new SavedType();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Plan plan = chosen.plan();
    List<Cell> cells = chosen.finished(plan);
    if (cells.size() != 1) {
      throw new PalimpsestException(
          cells.size() + " cells have finished: name the one to save by the beginning of its id");
    }
    Cell cell = cells.get(0);
    NewFolder.requireAbsent(out, "models");
    if (adapterOut != null) {
      NewFolder.requireAbsent(adapterOut, "adapters");
    }
    String card = plan.experiment().classifier().isPresent() ? "" : card(plan, cell);
    NativeMessages.divert();
    try (Subject subject = Subjects.open(plan.experiment(), plan.registry())) {
      Optional<PeftAdapter> adapter =
          adapterOut == null ? Optional.empty() : Optional.of(adapter(plan, subject, cell));
      subject.save(ProbeRun.weights(plan, subject, chosen.folder, cell), out, saved.dtype(), card);
      adapter.ifPresent(a -> PeftDirectory.save(adapterOut, a));
    }
    spec.commandLine().getOut().println(out);
    if (adapterOut != null) {
      spec.commandLine().getOut().println(adapterOut);
    }
    return ExitCode.OK;
  }

  private PeftAdapter adapter(Plan plan, Subject subject, Cell cell) {
    return ProbeRun.adapter(plan, subject, chosen.folder, cell)
        .filter(a -> subject.model() instanceof DecoderModel)
        .map(a -> named(plan, (DecoderModel) subject.model(), a))
        .orElseThrow(
            () ->
                new PalimpsestException(
                    ("--adapter-out: '%s' is not the model of the experiment with one adapter that"
                            + " PEFT knows")
                        .formatted(cell.recipe())));
  }

  private static PeftAdapter named(Plan plan, DecoderModel model, PeftAdapter adapter) {
    return PeftDirectory.of(model.spec(), plan.experiment().model().text(), adapter);
  }

  private String card(Plan plan, Cell cell) {
    cell.recipe().requireMergeable("'save' writes the tensors of the model itself");
    Path result = new FolderLayout(chosen.folder).result(cell.id());
    return CellCard.of(plan, cell, JsonFile.read(result, CellResult.class));
  }
}
