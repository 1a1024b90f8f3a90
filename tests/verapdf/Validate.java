import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.VeraPDFFoundry;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Prints each failed check of files under profiles: Validate ua1,2a FILE... */
public class Validate {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        VeraPDFFoundry foundry = Foundries.defaultInstance();
        for (String profile : arguments[0].split(",")) {
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(profile);
            for (int i = 1; i < arguments.length; i++) {
                try (FileInputStream file = new FileInputStream(arguments[i]);
                        var parser = foundry.createParser(file, flavour)) {
                    ValidationResult found = foundry.createValidator(flavour, false).validate(parser);
                    String where = arguments[i] + "\t" + profile;
                    System.out.println(where + "\tchecked\t" + found.getTotalAssertions());
                    for (TestAssertion one : found.getTestAssertions()) {
                        if (one.getStatus() == TestAssertion.Status.FAILED) {
                            System.out.println(where + "\tfailed\t" + one.getRuleId().getClause() + ": "
                                + one.getMessage().replace('\n', ' ') + " at " + one.getLocation().getContext());
                        }
                    }
                }
            }
        }
    }
}
