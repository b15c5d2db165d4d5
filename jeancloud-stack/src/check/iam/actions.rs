//! The names that IAM knows: services, and the actions of those that stacks of ours name most.
//!
//! From the "Service Authorization Reference", in lower case: IAM looks at no case. AWS adds to
//! them, so what is missing here is a doubt and no mistake.

pub(in crate::check) use crate::words::{matches, nearest};

/// The prefixes of actions.
const SERVICES: &str = "a2c a4b access-analyzer account account-access acm acm-pca aco-automation action- \
    recommendations activate agent-registry agentaccess-mcp aidevops aiops airflow airflow- \
    serverless amplify amplifybackend amplifyuibuilder aoss apigateway app-integrations \
    appconfig appfabric appflow application-autoscaling application-signals application-signals- \
    mcp application-transformation applicationinsights appmesh appmesh-preview apprunner \
    appstream appstudio appsync apptest aps arc-region-switch arc-zonal-shift arsenal artifact \
    assurance athena auditmanager autoscaling autoscaling-plans aws-external-anthropic aws- \
    marketplace aws-marketplace-management aws-portal awsconnector b2bi backup backup-gateway \
    backup-search backup-storage batch bcm-dashboards bcm-data-exports bcm-pricing-calculator \
    bcm-recommended-actions bedrock bedrock-agentcore bedrock-mantle bedrock-websearch billing \
    billingconductor braket budgets bugbust cases cassandra ce chatbot chime cleanrooms \
    cleanrooms-ml cloud9 clouddirectory cloudformation cloudfront cloudfront-keyvaluestore \
    cloudhsm cloudsearch cloudshell cloudtrail cloudtrail-data cloudwatch codeartifact codebuild \
    codecatalyst codecommit codeconnections codedeploy codedeploy-commands-secure codeguru \
    codeguru-profiler codeguru-reviewer codeguru-security codepipeline codestar codestar- \
    connections codestar-notifications codewhisperer cognito-identity cognito-idp cognito-sync \
    comprehend comprehendmedical compute-optimizer config connect connect-campaigns consoleapp \
    consolidatedbilling controlcatalog controltower cost-optimization-hub cur customer- \
    verification databrew dataexchange datapipeline datasync datazone dax dbqms deadline \
    detective devicefarm devops-guru directconnect discovery dlm dms docdb-elastic drs ds ds- \
    data dsql dynamodb ebs ec2 ec2-instance-connect ec2messages ecr ecr-public ecs ecs-mcp eks \
    eks-auth eks-mcp elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing \
    elasticmapreduce elastictranscoder elemental-activations elemental-appliances-software \
    elemental-inference elemental-support-cases elemental-support-content emr-containers emr- \
    serverless end-user-messaging entityresolution es events eventsbilltoaws evs execute-api \
    finops-agent finspace finspace-api firehose fis fms forecast frauddetector freertos freetier \
    fsx gamelift gameliftstreams geo geo-maps geo-places geo-routes glacier globalaccelerator \
    glue grafana greengrass groundstation groundtruthlabeling guardduty health health-agent \
    healthlake honeycode iam identity-sync identitystore identitystore-auth imagebuilder \
    importexport inspector inspector-scan inspector2 inspector2-telemetry interconnect \
    internetmonitor invoicing iot iot-device-tester iotanalytics iotdeviceadvisor iotfleethub \
    iotfleetwise iotjobsdata iotmanagedintegrations iotsitewise iottwinmaker iotwireless iq iq- \
    permission ivs ivschat kafka kafka-cluster kafkaconnect kendra kendra-ranking kinesis \
    kinesisanalytics kinesisvideo kms lakeformation lambda launchwizard lex license-manager \
    license-manager-linux-subscriptions license-manager-user-subscriptions lightsail logs \
    lookoutequipment lookoutmetrics lookoutvision m2 machinelearning macie2 managedblockchain \
    managedblockchain-query mapcredits marketplacecommerceanalytics mechanicalturk mediaconnect \
    mediaconvert mediaimport medialive mediapackage mediapackage-vod mediapackagev2 mediastore \
    mediatailor medical-imaging memorydb mgh mgn migrationhub-orchestrator migrationhub-strategy \
    mobileanalytics mobiletargeting monitron mpa mq neptune-db neptune-graph network-firewall \
    network-security-director network-security-manager networkflowmonitor networkmanager \
    networkmanager-chat networkmonitor nimble notifications notifications-contacts nova-act oam \
    observabilityadmin odb omics one opensearch opsworks opsworks-cm organizations osis outposts \
    panorama partnercentral partnercentral-account-management payment-cryptography payments pca- \
    connector-ad pca-connector-scep pcs personalize pi pipes polly pricing pricingplanmanager \
    private-networks profile proton purchase-orders q qapps qbusiness qdeveloper qldb quicksight \
    ram rbin rds rds-data rds-db redshift redshift-data redshift-serverless refactor-spaces \
    rekognition repostspace researchstudio resiliencehub resource-explorer resource-explorer-2 \
    resource-groups rhelkb robomaker rolesanywhere route53 route53-recovery-cluster \
    route53-recovery-control-config route53-recovery-readiness route53domains \
    route53globalresolver route53profiles route53resolver rtbfabric rum s3 s3-object-lambda \
    s3-outposts s3express s3files s3tables s3vectors sagemaker sagemaker-data-science-assistant \
    sagemaker-geospatial sagemaker-mlflow sagemaker-unified-studio-mcp savingsplans scheduler \
    schemas scn sdb secretsmanager security-ir securityagent securityhub securitylake \
    serverlessrepo servicecatalog servicediscovery serviceextract servicequotas ses shield \
    signer signin simspaceweaver sms sms-voice snow-device-management snowball sns social- \
    messaging sqlworkbench sqs ssm ssm-contacts ssm-guiconnect ssm-incidents ssm-quicksetup ssm- \
    sap ssmmessages sso sso-directory sso-oauth startups states storagegateway sts support \
    support-console supportapp supportauthz supportplans sustainability swf synthetics tag tax \
    textract thinclient timestream timestream-influxdb tiros tnb transcribe transfer transform \
    transform-custom translate trustedadvisor ts user-subscriptions uxc vendor-insights \
    verified-access verifiedpermissions voiceid vpc-lattice vpc-lattice-svcs vpce waf waf- \
    regional wafv2 wam wellarchitected wickr wisdom workdocs worklink workmail \
    workmailmessageflow workspaces workspaces-instances workspaces-web xray";

/// Services and all their actions.
const ACTIONS: &[(&str, &str)] = &[
    (
        "s3",
        "abortmultipartupload allowvendedlogdeliveryforresource associateaccessgrantsidentitycenter \
    bypassgovernanceretention createaccessgrant createaccessgrantsinstance \
    createaccessgrantslocation createaccesspoint createaccesspointforobjectlambda createbucket \
    createbucketmetadatatableconfiguration createjob createmultiregionaccesspoint \
    createstoragelensgroup deleteaccessgrant deleteaccessgrantsinstance \
    deleteaccessgrantsinstanceresourcepolicy deleteaccessgrantslocation deleteaccesspoint \
    deleteaccesspointforobjectlambda deleteaccesspointpolicy \
    deleteaccesspointpolicyforobjectlambda deletebucket deletebucketmetadatatableconfiguration \
    deletebucketpolicy deletebucketwebsite deletejobtagging deletemultiregionaccesspoint \
    deleteobject deleteobjectannotation deleteobjecttagging deleteobjectversion \
    deleteobjectversionannotation deleteobjectversiontagging deletestoragelensconfiguration \
    deletestoragelensconfigurationtagging deletestoragelensgroup describejob \
    describemultiregionaccesspointoperation dissociateaccessgrantsidentitycenter \
    getaccelerateconfiguration getaccessgrant getaccessgrantsinstance \
    getaccessgrantsinstanceforprefix getaccessgrantsinstanceresourcepolicy \
    getaccessgrantslocation getaccesspoint getaccesspointconfigurationforobjectlambda \
    getaccesspointforobjectlambda getaccesspointpolicy getaccesspointpolicyforobjectlambda \
    getaccesspointpolicystatus getaccesspointpolicystatusforobjectlambda \
    getaccountpublicaccessblock getanalyticsconfiguration getbucketabac getbucketacl \
    getbucketcors getbucketlocation getbucketlogging getbucketmetadatatableconfiguration \
    getbucketnotification getbucketobjectlockconfiguration getbucketownershipcontrols \
    getbucketpolicy getbucketpolicystatus getbucketpublicaccessblock getbucketrequestpayment \
    getbuckettagging getbucketversioning getbucketwebsite getdataaccess \
    getencryptionconfiguration getintelligenttieringconfiguration getinventoryconfiguration \
    getjobtagging getlifecycleconfiguration getmetricsconfiguration getmultiregionaccesspoint \
    getmultiregionaccesspointpolicy getmultiregionaccesspointpolicystatus \
    getmultiregionaccesspointroutes getobject getobjectacl getobjectannotation \
    getobjectattributes getobjectlegalhold getobjectretention getobjecttagging getobjecttorrent \
    getobjectversion getobjectversionacl getobjectversionannotation \
    getobjectversionannotationforreplication getobjectversionattributes \
    getobjectversionforreplication getobjectversiontagging getobjectversiontorrent \
    getreplicationconfiguration getstoragelensconfiguration getstoragelensconfigurationtagging \
    getstoragelensdashboard getstoragelensgroup initiatereplication listaccessgrants \
    listaccessgrantsinstances listaccessgrantslocations listaccesspoints \
    listaccesspointsforobjectlambda listallmybuckets listbucket listbucketmultipartuploads \
    listbucketversions listcalleraccessgrants listjobs listmultipartuploadparts \
    listmultiregionaccesspoints listobjectannotations listobjectversionannotations \
    liststoragelensconfigurations liststoragelensgroups listtagsforresource \
    objectowneroverridetobucketowner pausereplication putaccelerateconfiguration \
    putaccessgrantsinstanceresourcepolicy putaccesspointconfigurationforobjectlambda \
    putaccesspointpolicy putaccesspointpolicyforobjectlambda putaccesspointpublicaccessblock \
    putaccountpublicaccessblock putanalyticsconfiguration putbucketabac putbucketacl \
    putbucketcors putbucketlogging putbucketnotification putbucketobjectlockconfiguration \
    putbucketownershipcontrols putbucketpolicy putbucketpublicaccessblock \
    putbucketrequestpayment putbuckettagging putbucketversioning putbucketwebsite \
    putencryptionconfiguration putintelligenttieringconfiguration putinventoryconfiguration \
    putjobtagging putlifecycleconfiguration putmetricsconfiguration \
    putmultiregionaccesspointpolicy putobject putobjectacl putobjectannotation \
    putobjectlegalhold putobjectretention putobjecttagging putobjectversionacl \
    putobjectversionannotation putobjectversiontagging putreplicationconfiguration \
    putstoragelensconfiguration putstoragelensconfigurationtagging replicatedelete \
    replicateobject replicateobjectannotation replicatetags restoreobject \
    submitmultiregionaccesspointroutes tagresource untagresource updateaccessgrantslocation \
    updatebucketmetadataannotationtableconfiguration \
    updatebucketmetadatainventorytableconfiguration \
    updatebucketmetadatajournaltableconfiguration updatejobpriority updatejobstatus \
    updateobjectencryption updatestoragelensgroup",
    ),
    (
        "secretsmanager",
        "batchgetsecretvalue cancelrotatesecret createsecret deleteresourcepolicy deletesecret \
    describesecret getrandompassword getresourcepolicy getsecretvalue listsecrets \
    listsecretversionids putresourcepolicy putsecretvalue removeregionsfromreplication \
    replicatesecrettoregions restoresecret rotatesecret stopreplicationtoreplica tagresource \
    untagresource updatesecret updatesecretversionstage validateresourcepolicy",
    ),
    (
        "ecr",
        "batchchecklayeravailability batchdeleteimage batchgetimage \
    batchgetrepositoryscanningconfiguration batchimportupstreamimage completelayerupload \
    createpullthroughcacherule createrepository createrepositorycreationtemplate \
    deletelifecyclepolicy deletepullthroughcacherule deleteregistrypolicy deleterepository \
    deleterepositorycreationtemplate deleterepositorypolicy deletesigningconfiguration \
    deregisterpulltimeupdateexclusion describeimagereplicationstatus describeimages \
    describeimagescanfindings describeimagesigningstatus describepullthroughcacherules \
    describeregistry describerepositories describerepositorycreationtemplates getaccountsetting \
    getauthorizationtoken getdownloadurlforlayer getimagecopystatus getlifecyclepolicy \
    getlifecyclepolicypreview getregistrypolicy getregistryscanningconfiguration \
    getrepositorypolicy getsigningconfiguration initiatelayerupload listimages \
    listpulltimeupdateexclusions listtagsforresource putaccountsetting putimage \
    putimagescanningconfiguration putimagetagmutability putlifecyclepolicy putregistrypolicy \
    putregistryscanningconfiguration putreplicationconfiguration putsigningconfiguration \
    registerpulltimeupdateexclusion replicateimage setrepositorypolicy startimagescan \
    startlifecyclepolicypreview tagresource untagresource updateimagestorageclass \
    updatepullthroughcacherule updaterepositorycreationtemplate uploadlayerpart \
    validatepullthroughcacherule",
    ),
    (
        "kms",
        "cancelkeydeletion connectcustomkeystore createalias createcustomkeystore creategrant \
    createkey decrypt deletealias deletecustomkeystore deleteimportedkeymaterial \
    derivesharedsecret describecustomkeystores describekey disablekey disablekeyrotation \
    disconnectcustomkeystore enablekey enablekeyrotation encrypt generatedatakey \
    generatedatakeypair generatedatakeypairwithoutplaintext generatedatakeywithoutplaintext \
    generatemac generaterandom getkeylastusage getkeypolicy getkeyrotationstatus \
    getparametersforimport getpublickey importkeymaterial listaliases listgrants listkeypolicies \
    listkeyrotations listkeys listresourcetags listretirablegrants putkeypolicy reencryptfrom \
    reencryptto replicatekey retiregrant revokegrant rotatekeyondemand schedulekeydeletion sign \
    synchronizemultiregionkey tagresource untagresource updatealias updatecustomkeystore \
    updatekeydescription updateprimaryregion verify verifymac",
    ),
    (
        "sts",
        "assumerole assumerolewithsaml assumerolewithwebidentity assumeroot \
    decodeauthorizationmessage getaccesskeyinfo getcalleridentity getdelegatedaccesstoken \
    getfederationtoken getservicebearertoken getsessiontoken getwebidentitytoken setcontext \
    setsourceidentity taggetwebidentitytoken tagsession",
    ),
    (
        "logs",
        "associatekmskey associatesourcetos3tableintegration callwithbearertoken cancelexporttask \
    cancelimporttask createdelivery createexporttask createimporttask createloganomalydetector \
    createlogdelivery createloggroup createlogstream createlookuptable createscheduledquery \
    deleteaccountpolicy deletedataprotectionpolicy deletedelivery deletedeliverydestination \
    deletedeliverydestinationpolicy deletedeliverysource deletedestination deleteindexpolicy \
    deleteintegration deleteloganomalydetector deletelogdelivery deleteloggroup deletelogstream \
    deletelookuptable deletemetricfilter deletepipelinerule deletequerydefinition \
    deleteresourcepolicy deleteretentionpolicy deletescheduledquery deletesubscriptionfilter \
    deletesyslogconfiguration deletetransformer describeaccountpolicies \
    describeconfigurationtemplates describedeliveries describedeliverydestinations \
    describedeliverysources describedestinations describeexporttasks describefieldindexes \
    describeimporttaskbatches describeimporttasks describeindexpolicies describeloggroups \
    describelogstreams describelookuptables describemetricfilters describequeries \
    describequerydefinitions describeresourcepolicies describesubscriptionfilters \
    disassociatekmskey disassociatesourcefroms3tableintegration filterlogevents \
    getdataprotectionpolicy getdelivery getdeliverydestination getdeliverydestinationpolicy \
    getdeliverysource getintegration getloganomalydetector getlogdelivery getlogevents \
    getlogfields getloggroupfields getlogrecord getlookuptable getqueryresults getscheduledquery \
    getscheduledqueryhistory getstoragetierpolicy gettransformer integratewithdataset \
    integratewiths3table link listaggregateloggroupsummaries listanomalies \
    listentitiesforloggroup listintegrations listloganomalydetectors listlogdeliveries \
    listloggroups listloggroupsforentity listloggroupsforquery listscheduledqueries \
    listsourcesfors3tableintegration listsyslogconfigurations listtagsforresource \
    listtagsloggroup processwithpipeline putaccountpolicy putbearertokenauthentication \
    putdataprotectionpolicy putdeliverydestination putdeliverydestinationpolicy \
    putdeliverysource putdestination putdestinationpolicy putindexpolicy putintegration \
    putlogevents putloggroupdeletionprotection putmetricfilter putpipelinerule \
    putquerydefinition putresourcepolicy putretentionpolicy putstoragetierpolicy \
    putsubscriptionfilter putsyslogconfiguration puttransformer startlivetail startquery \
    stoplivetail stopquery tagloggroup tagresource testmetricfilter testtransformer unmask \
    untagloggroup untagresource updateanomaly updatedeliveryconfiguration \
    updateloganomalydetector updatelogdelivery updatelookuptable updatescheduledquery",
    ),
];

/// Whether a service has this prefix.
pub(super) fn is_service(prefix: &str) -> bool {
    SERVICES.split(' ').any(|known| known == prefix)
}

/// The actions of a service; `None` where they are not listed here.
pub(super) fn of_service(prefix: &str) -> Option<impl Iterator<Item = &'static str>> {
    let (_, actions) = ACTIONS.iter().find(|(service, _)| *service == prefix)?;
    Some(actions.split(' '))
}

/// The nearest prefix of a service.
pub(super) fn nearest_service(prefix: &str) -> Option<&'static str> {
    nearest(prefix, SERVICES.split(' '))
}

#[cfg(test)]
mod tests {
    use super::{is_service, nearest, nearest_service, of_service};

    #[test]
    fn a_typing_error_is_near() {
        assert!(is_service("secretsmanager") && !is_service("secretmanager"));
        assert_eq!(nearest_service("secretmanager"), Some("secretsmanager"));
        assert_eq!(nearest_service("my-own-service"), None);
        let actions = of_service("s3").into_iter().flatten();
        assert_eq!(nearest("getobjects", actions), Some("getobject"));
    }
}
